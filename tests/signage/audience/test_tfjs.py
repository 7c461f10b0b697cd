"""A graph of TensorFlow.js becomes ONNX: what it computes, what is left out, what is refused."""

import base64
import json
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from signage.audience.tfjs import Unknown, to_onnx

Node = dict[str, Any]


def words(*texts: str) -> dict[str, Any]:
    return {"list": {"s": [base64.b64encode(text.encode()).decode() for text in texts]}}


def const(name: str) -> Node:
    return {"name": name, "op": "Const"}


def graph(*more: Node) -> tuple[bytes, bytes]:
    """Every second pixel doubled plus one, at most 6, brought back to size; and a second head that nobody asks for."""
    nodes = [
        {"name": "picture", "op": "Placeholder"},
        *(const(name) for name in ("kernel", "bias", "twice")),
        {"name": "float", "op": "Cast", "input": ["picture"]},
        {
            "name": "conv", "op": "_FusedConv2D", "input": ["float", "kernel", "bias"],
            "attr": {
                "strides": {"list": {"i": ["1", "2", "2", "1"]}}, "padding": {"s": words("SAME")["list"]["s"][0]},
                "fused_ops": words("BiasAdd", "Relu6"),
            },
        },
        {"name": "size", "op": "Mul", "input": ["shape", "twice"]},
        {"name": "up", "op": "ResizeBilinear", "input": ["conv", "size"], "attr": {"half_pixel_centers": {"b": True}}},
        {"name": "other", "op": "Sigmoid", "input": ["conv"]},
        *more,
    ]  # fmt: skip
    weights = [
        {"name": "kernel", "shape": [1, 1, 1, 1], "dtype": "float32", "quantization": {"dtype": "float16"}},
        {"name": "bias", "shape": [1], "dtype": "float32"},
        {"name": "twice", "shape": [2], "dtype": "int32"},
    ]
    data = np.array(2, np.float16).tobytes() + np.array(1, np.float32).tobytes() + np.array([2, 2], np.int32).tobytes()
    return json.dumps({"modelTopology": {"node": nodes}, "weightsManifest": [{"weights": weights}]}).encode(), data


def converted(*more: Node, output: str = "up") -> bytes:
    return to_onnx(*graph(*more), {"picture": ("N", "H", "W", 1)}, {"answer": (output, ("N", "H", "W", 1))})


def test_it_computes_what_the_graph_says_for_pictures_of_any_size() -> None:
    session = onnxruntime.InferenceSession(converted(), providers=["CPUExecutionProvider"])
    for height, width in ((4, 6), (8, 4)):
        picture = np.zeros((1, height, width, 1), np.float32)
        picture[:, :, width // 2 :] = 9.0
        [answer] = session.run(["answer"], {"picture": picture})
        assert answer.shape == picture.shape
        assert answer[0, :, 0, 0] == pytest.approx(1.0) and answer[0, :, -1, 0] == pytest.approx(6.0)


def test_a_head_that_is_not_asked_for_is_not_in_the_file_and_bytes_are_the_same_each_time() -> None:
    assert "Sigmoid" not in {node.op_type for node in onnx.load_model_from_string(converted()).graph.node}
    assert converted() == converted()


def test_what_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(Unknown, match="operation TopKV2"):
        converted({"name": "best", "op": "TopKV2", "input": ["conv"]}, output="best")
    with pytest.raises(Unknown, match="does not double"):
        crooked = {"name": "crooked", "op": "ResizeBilinear", "input": ["conv", "size"]}
        converted(crooked | {"attr": {"half_pixel_centers": {"b": False}}}, output="crooked")
    document, data = graph()
    with pytest.raises(ValueError, match="bytes of weights"):
        to_onnx(document, data + b"\0", {}, {})
