"""Small networks full of shape arithmetic, exported by both exporters of PyTorch at every operator set they offer.

Run with torch 2.15, onnx 1.23 and onnxscript 0.7 (versions used for the committed files):
    python make_exports.py ../../tests/fixtures/exports [all]
Writes NAME-EXPORTER-OPSET.onnx and expected.json: input, logits and the gradient of one logit, from torch in float64.
Weights are seeded random numbers rounded to 1/64; no licence or privacy question attaches to them.
"""

import json
import sys
import warnings
from pathlib import Path

import onnx
import torch
from torch import nn
from torch.nn import functional

TORCHSCRIPT = range(9, 21)
DYNAMO = range(18, 24)
# Files of these operator sets differ from their neighbours' in the stated version only: made with `all`, not committed.
ALIKE = {"torchscript": {12, 15, 16, 19}, "dynamo": {19, 22}}


class Shuffle(nn.Module):
    """Sizes read off tensors all the way: channel shuffle, chunk, slices, padding, pooling, view."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(2, 8, 3, stride=2, padding=1)
        self.norm = nn.GroupNorm(2, 8)
        self.second = nn.Conv2d(4, 6, 3, padding=1)
        self.head = nn.Linear(6 * 4, 3)

    def forward(self, x):
        x = functional.silu(self.norm(self.first(x)))
        batch, channels, height, width = x.shape
        x = x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(batch, channels, height, width)
        gate, value = x.chunk(2, dim=1)
        x = torch.sigmoid(gate) * value
        x = functional.pad(x[:, :, 1:, :-1], (1, 0, 0, 1))
        x = functional.hardswish(self.second(x))
        x = x.view(batch, 6, 2, x.shape[-2] // 2, 2, x.shape[-1] // 2).mean((3, 5))
        return self.head(x.view(x.size(0), -1))


class Tokens(nn.Module):
    """A transformer block with a class token expanded to the batch."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(2, 8, 4, stride=4)
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.places = nn.Parameter(torch.zeros(1, 5, 8))
        self.norm = nn.LayerNorm(8)
        self.mix = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.places
        batch, count, width = x.shape
        mixed = self.mix(self.norm(x)).reshape(batch, count, 3, 2, width // 2).permute(2, 0, 3, 1, 4)
        query, key, value = mixed[0], mixed[1], mixed[2]
        weights = torch.softmax(query @ key.transpose(-2, -1) / (width // 2) ** 0.5, dim=-1)
        x = x + self.out((weights @ value).transpose(1, 2).reshape(batch, count, width))
        return self.head(functional.gelu(self.norm(x))[:, 0])


def seeded(network, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in network.parameters():
            drawn = torch.randn(weight.shape, generator=generator) * 0.5
            weight.copy_(torch.round(drawn * 64) / 64)
    return network.eval()


def export(network, image, path, exporter, opset):
    if exporter == "dynamo":
        batch = {"x": {0: torch.export.Dim("batch", min=1, max=64)}}
        options = {"dynamo": True, "dynamic_shapes": batch, "external_data": False}
    else:
        options = {"dynamo": False, "dynamic_axes": {"x": {0: "batch"}, "y": {0: "batch"}}}
    torch.onnx.export(
        network, (image,), str(path), input_names=["x"], output_names=["y"], opset_version=opset, **options
    )
    strip(path)


def strip(path):
    """Takes out what no computation reads: stack traces with paths of the exporting machine, and stated shapes."""
    model = onnx.load(str(path))
    parts = [model.graph, *model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output]
    for part in [model, *parts, *model.functions]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    onnx.save(model, str(path))


def main(folder, everything):
    warnings.filterwarnings("ignore")
    folder.mkdir(parents=True, exist_ok=True)
    expected = {"torch": torch.__version__, "target": 1, "networks": {}, "files": [], "not_exported": {}}
    for seed, (name, network) in enumerate({"shuffle": Shuffle(), "tokens": Tokens()}.items()):
        seeded(network, seed)
        generator = torch.Generator().manual_seed(10 + seed)
        image = torch.round(torch.randn((2, 2, 8, 8), generator=generator) * 64) / 64
        wide = image.double().requires_grad_()
        double = seeded(type(network)(), seed).double()
        logits = double(wide)
        logits[:, 1].sum().backward()
        expected["networks"][name] = {
            "input": image.flatten().tolist(),
            "logits": logits.detach().flatten().tolist(),
            "gradient": [round(value, 9) for value in wide.grad.flatten().tolist()],
        }
        for exporter, opsets in (("torchscript", TORCHSCRIPT), ("dynamo", DYNAMO)):
            for opset in opsets:
                if opset in ALIKE[exporter] and not everything:
                    continue
                path = folder / f"{name}-{exporter}-{opset}.onnx"
                try:
                    export(network, image, path, exporter, opset)
                    expected["files"].append({"file": path.name, "network": name})
                except Exception as error:  # an exporter that refuses an operator set says why; the list keeps it
                    path.unlink(missing_ok=True)
                    expected["not_exported"][path.name] = str(error).strip().splitlines()[0][:200]
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "all" in sys.argv[2:])
