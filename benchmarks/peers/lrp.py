"""zennit's EpsilonPlusFlat with its canonizer for residual networks, from a one at output 0."""
import torch
from network import network as load
from zennit.attribution import Gradient
from zennit.composites import EpsilonPlusFlat
from zennit.torchvision import ResNetCanonizer


def prepare(network: str):
    model = load(network)
    image = torch.randn(1, 3, 224, 224)
    start = torch.eye(1000)[[0]]

    def work():
        with Gradient(model=model, composite=EpsilonPlusFlat(canonizers=[ResNetCanonizer()])) as attributor:
            return attributor(image, start)

    return work
