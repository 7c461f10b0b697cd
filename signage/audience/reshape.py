"""A published ONNX file in, the same network with free batch, height and width out, byte for byte the same each time."""

import onnx


def with_free_shape(data: bytes) -> bytes:
    """Model bytes -> model bytes that take [N,3,H,W] of any N, H, W; weights are untouched.

    CenterFace's file lists its initializers among the inputs (which keeps onnxruntime from folding them), carries
    initializers that no node uses, and fixes [10,3,32,32]. Raises ValueError when the result is not a valid model.
    """
    model = onnx.load_model_from_string(data)
    graph = model.graph
    used = {name for node in graph.node for name in node.input}
    weights = [tensor for tensor in graph.initializer if tensor.name in used]
    stored = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in stored]
    for field, kept in ((graph.initializer, weights), (graph.input, inputs), (graph.value_info, [])):
        del field[:]
        field.extend(kept)
    for values, height, width in ((graph.input, "H", "W"), (graph.output, "H4", "W4")):
        for value in values:
            axes = value.type.tensor_type.shape.dim
            axes[0].dim_param, axes[2].dim_param, axes[3].dim_param = "N", height, width
    model.ir_version = max(model.ir_version, 4)  # before 4 every initializer had to be an input as well
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ValueError(f"the model could not be reshaped: {error}") from error
    written: bytes = model.SerializeToString(deterministic=True)
    return written
