"""The brain network as ONNX, opset 17, BatchNormalization kept as nodes, a softmax at its end."""

import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from .documents import INPUT, OUTPUT
from .space import SHAPE

OPSET = 17
TOLERANCE = 1e-5


class WithSoftmax(nn.Module):
    """Logits to probabilities; the network keeps the names of its weights."""

    def __init__(self, network):
        super().__init__()
        self.net = network

    def forward(self, image):
        return torch.softmax(self.net(image), 1)


def export(network, path):
    """Write `network` with a dynamic batch axis and initializers named as in the state dictionary (`net.` in front)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    axes = {INPUT: {0: "N"}, OUTPUT: {0: "N"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own successor and of evaluation mode, both meant
        torch.onnx.export(
            WithSoftmax(network).eval(), torch.zeros(1, 1, *SHAPE), str(path), dynamo=False, opset_version=OPSET,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=[INPUT], output_names=[OUTPUT], dynamic_axes=axes,
        )
    model = onnx.load(path)
    onnx.checker.check_model(model)
    return model


def check_against_torch(network, path, images):
    """Largest difference of the probabilities at batch 1 and at the whole batch; fails above 1e-5."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (images[:1], images):
        with torch.no_grad():
            expected = torch.softmax(network(batch), 1).numpy()
        got = session.run([OUTPUT], {INPUT: batch.numpy()})[0]
        worst = max(worst, float(np.abs(got - expected).max()))
    if worst > TOLERANCE:
        raise SystemExit(f"{path} differs from PyTorch by {worst}")
    return worst


def layers_and_cascade(network, model):
    """Target layers and the stages of the cascade, in the file's own names."""
    def last_output(module):
        return [node.output[0] for node in model.graph.node if node.name.startswith(f"/net/{module}/")][-1]

    names = [tensor.name for tensor in model.graph.initializer]
    layers = [{"tensor": last_output(module), "title": title} for module, title in network.target_layers.items()]
    stages = [{"name": stage, "weights": [name for name in names if name.startswith(f"net.{stage}.")]}
              for stage in network.cascade]
    if sum(len(stage["weights"]) for stage in stages) != len(names):
        raise SystemExit("the cascade does not list every initializer")
    return layers, stages
