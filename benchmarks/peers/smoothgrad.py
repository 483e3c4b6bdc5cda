"""captum's SmoothGrad: signed gradients of noisy copies, ten at a time."""
import torch
from captum.attr import NoiseTunnel, Saliency
from network import network as load


def prepare(network: str, samples: int):
    method = NoiseTunnel(Saliency(load(network)))
    image = torch.randn(1, 3, 224, 224)

    def work():
        return method.attribute(
            image, nt_samples=samples, nt_samples_batch_size=10, stdevs=0.15, target=0, abs=False
        )

    return work
