"""Network to ONNX, opset 17, BatchNormalization kept as nodes so that a cascade can reset its statistics."""

import warnings

import numpy as np
import onnx
import onnxruntime
import torch

OPSET = 17
INPUT, OUTPUT = "image", "logit"
TOLERANCE = 1e-4


def export(network, path):
    """Write `network` with a dynamic batch axis and the state dictionary's names as initializers."""
    network = network.to(memory_format=torch.contiguous_format).eval()
    axes = {INPUT: {0: "N"}, OUTPUT: {0: "N"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own successor and of evaluation mode, both meant
        torch.onnx.export(
            network, torch.zeros(1, 1, 128, 128), str(path), dynamo=False, opset_version=OPSET,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=[INPUT], output_names=[OUTPUT], dynamic_axes=axes,
        )
    model = onnx.load(path)
    onnx.checker.check_model(model)
    return model


def check_against_torch(network, path, images):
    """Largest difference between ONNX Runtime and PyTorch at batch 1 and at the whole batch; fails above 1e-4."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (images[:1], images):
        with torch.no_grad():
            expected = network(batch).numpy()
        got = session.run([OUTPUT], {INPUT: batch.numpy()})[0]
        worst = max(worst, float(np.abs(got - expected).max()))
    if worst > TOLERANCE:
        raise SystemExit(f"{path} differs from PyTorch by {worst}")
    return worst


def initializer_names(model):
    """Names of the stored weights."""
    return [tensor.name for tensor in model.graph.initializer]


def output_of_module(model, module):
    """The tensor a module of the network ends in: the last node output under its scope."""
    inside = [node.output[0] for node in model.graph.node if node.name.startswith(f"/{module}/")]
    return inside[-1]
