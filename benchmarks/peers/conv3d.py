"""Gradient of output 0 of a Conv5_FC3-like network at 169 x 208 x 179 (the twin of volume-network.ts)."""
import torch
from torch import nn

SIZE = (169, 208, 179)
CHANNELS = (8, 16, 32, 64, 128)


def network() -> nn.Module:
    layers, inputs, size = [], 1, SIZE
    for outputs in CHANNELS:
        layers += [nn.Conv3d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2, ceil_mode=True)]
        inputs, size = outputs, tuple((edge + 1) // 2 for edge in size)
    units = inputs * size[0] * size[1] * size[2]
    dense = [nn.Flatten(), nn.Linear(units, 1300), nn.ReLU(), nn.Linear(1300, 50), nn.ReLU(), nn.Linear(50, 2)]
    return nn.Sequential(*layers, *dense)


def prepare():
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = network().eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    image = torch.randn(1, 1, *SIZE)

    def work():
        leaf = image.clone().requires_grad_(True)
        return torch.autograd.grad(model(leaf)[:, 0].sum(), leaf)[0]

    return work
