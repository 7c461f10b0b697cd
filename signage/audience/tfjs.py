"""A published TensorFlow.js graph in, the same network as ONNX out, byte for byte the same each time.

Only what the networks of models/manifest.toml are made of is known here; anything else is refused by its name. Weights
stay the half-precision numbers that were published, and are widened when a session opens them. What no wanted output
needs is left out, so a head that is not asked for is not in the file.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 13
FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)  # channels: ONNX convolves with them first, TensorFlow has them last
PLAIN = {"Add": "Add", "AddV2": "Add", "Sub": "Sub", "Mul": "Mul", "Sigmoid": "Sigmoid"}
PADDING = {b"SAME": "SAME_UPPER", b"VALID": "VALID"}
Node = dict[str, Any]
Shape = Sequence[int | str]


class Unknown(ValueError):
    """A part of the graph that this module has no translation for."""


def to_onnx(
    graph: bytes, weights: bytes, inputs: Mapping[str, Shape], outputs: Mapping[str, tuple[str, Shape]]
) -> bytes:
    """`model.json` and its one file of weights -> an ONNX model of float32, as bytes.

    `inputs`: placeholder -> shape, with a name for each free axis. `outputs`: name in the model -> node of the graph,
    shape. Raises Unknown; ValueError when the parts don't fit together or the result is not a valid model.
    """
    document = json.loads(graph)
    building = _Building(document["modelTopology"]["node"], _tensors(document["weightsManifest"], weights))
    for output, (node, _) in outputs.items():
        building.add(node)
        building.emit("Identity", [node], output)
    model = helper.make_model(
        helper.make_graph(
            building.made,
            "graph",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, (_, shape) in outputs.items()],
            building.stored,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
    )
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ValueError(f"the model could not be converted: {error}") from error
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def _tensors(manifest: list[dict[str, Any]], data: bytes) -> dict[str, NDArray[Any]]:
    """Name -> array as stored (float16 stays float16); they lie in the file in the order of the manifest."""
    found, at = {}, 0
    for spec in (spec for group in manifest for spec in group["weights"]):
        kind = np.dtype(spec.get("quantization", spec)["dtype"])
        if kind not in (np.float16, np.float32, np.int32):
            raise Unknown(f"weights of type {kind}")
        count = int(np.prod(spec["shape"], dtype=int))
        found[spec["name"]] = np.frombuffer(data, kind, count, at).reshape(spec["shape"])
        at += count * kind.itemsize
    if at != len(data):
        raise ValueError(f"{len(data)} bytes of weights, {at} expected")
    return found


class _Building:
    """The ONNX nodes and tensors made so far; each keeps its name of the graph."""

    def __init__(self, nodes: list[Node], tensors: dict[str, NDArray[Any]]) -> None:
        self._nodes = {node["name"]: node for node in nodes}
        self._tensors = tensors
        self._done: set[str] = set()
        self.made: list[onnx.NodeProto] = []
        self.stored: list[onnx.TensorProto] = []

    def add(self, name: str) -> None:
        """The node of that name after all that it needs, each once."""
        if name in self._done:
            return
        self._done.add(name)
        node = self._nodes[name]
        kind, inputs = node["op"], node.get("input", [])
        if kind == "Const":
            self._store(name, self._tensors[name])
        elif kind in PLAIN:
            for source in inputs:
                self.add(source)
            self.emit(PLAIN[kind], inputs, name)
        elif kind == "Cast":  # whole numbers that are pixels; here they are float32 from the start
            self.add(inputs[0])
            self.emit("Identity", inputs[:1], name)
        elif kind in TRANSLATED:
            self.add(inputs[0])
            first = self.emit("Transpose", inputs[:1], f"{name}/first", perm=FIRST)
            done = TRANSLATED[kind](self, node, first)
            self.emit("Transpose", [done], name, perm=LAST)
        elif kind != "Placeholder":
            raise Unknown(f"operation {kind}")

    def emit(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.made.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def convolve(self, node: Node, source: str, *, depthwise: bool = False) -> str:
        """Channels first in and out; a bias and a Relu that were fused into the node come behind it."""
        name, inputs, told = node["name"], node["input"], node["attr"]
        kernel = self._tensors[inputs[1]].transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
        weights = [self._store(f"{name}/kernel", kernel)]
        fused = [base64.b64decode(each).decode() for each in told.get("fused_ops", {"list": {}})["list"].get("s", [])]
        if fused[:1] == ["BiasAdd"]:
            weights.append(self._store(f"{name}/bias", self._tensors[inputs[2]]))
        done = self.emit(
            "Conv",
            [source, *weights],
            f"{name}/done",
            auto_pad=PADDING[base64.b64decode(told["padding"]["s"])],
            strides=[int(each) for each in told["strides"]["list"]["i"][1:3]],
            group=len(kernel) if depthwise else 1,
        )
        return self._activate(name, done, fused[1:])

    def double(self, node: Node, source: str) -> str:
        """Upsampling to twice the size; to any other, or with other corners, is unknown."""
        name, told = node["name"], node["attr"]
        factor = self._nodes[node["input"][1]].get("input", [])[1:]
        if not (
            told["half_pixel_centers"]["b"] and factor and np.array_equal(self._tensors.get(factor[0], []), [2, 2])
        ):
            raise Unknown("resizing that does not double")
        scales = self._store(f"{name}/scales", np.array([1, 1, 2, 2], np.float32))
        return self.emit("Resize", [source, "", scales], f"{name}/done", mode="linear")

    def _activate(self, name: str, source: str, fused: list[str]) -> str:
        if not fused:
            return source
        if fused == ["Relu"]:
            return self.emit("Relu", [source], f"{name}/relu")
        if fused == ["Relu6"]:
            ends = [self._store(f"{name}/{end}", np.array(end, np.float32)) for end in (0, 6)]
            return self.emit("Clip", [source, *ends], f"{name}/relu6")
        raise Unknown(f"fused operations {fused}")

    def _store(self, name: str, array: NDArray[Any]) -> str:
        """A tensor under its name; half precision is widened by the model itself."""
        half = array.dtype == np.float16
        stored = numpy_helper.from_array(np.ascontiguousarray(array), f"{name}/half" if half else name)
        self.stored.append(stored)
        return self.emit("Cast", [stored.name], name, to=TensorProto.FLOAT) if half else name


TRANSLATED: Mapping[str, Callable[[_Building, Node, str], str]] = {
    "_FusedConv2D": _Building.convolve,
    "FusedDepthwiseConv2dNative": lambda building, node, source: building.convolve(node, source, depthwise=True),
    "DepthwiseConv2dNative": lambda building, node, source: building.convolve(node, source, depthwise=True),
    "ResizeBilinear": _Building.double,
}
