"""The architectures of the zoo: torchvision's classifiers of images and of videos, each with the size it is measured at.

Sizes are reduced where the architecture allows; what must stay at its own size says why.
"""
from dataclasses import dataclass, field, replace
from typing import Any, Callable

import torch
from torchvision import models
from torchvision.models.maxvit import MaxVit
from torchvision.models.regnet import BlockParams, RegNet


@dataclass(frozen=True)
class Architecture:
    build: Callable[..., torch.nn.Module]
    size: tuple[int, ...] = (3, 64, 64)
    arguments: dict[str, Any] = field(default_factory=dict)
    # Which exporter writes the network as it is, and which its smooth twin.
    exporters: dict[str, str] = field(default_factory=lambda: {"plain": "torchscript", "smooth": "torchscript"})

    def network(self) -> torch.nn.Module:
        """The network with torchvision's own initial weights."""
        return self.build(**self.arguments)


# Adaptive pooling to 7 x 7 (AlexNet: 6 x 6) is the identity at this size only; the scripted exporter knows no other case.
CLASSIC = (3, 224, 224)
# Five reductions without padding leave nothing of a smaller image.
INCEPTION = (3, 96, 96)
VIDEO = (3, 8, 56, 56)


# maxvit_t with windows of 2 instead of 7, so that they divide every stage of a 64 x 64 image.
SMALL_MAXVIT = {
    "input_size": (64, 64),
    "stem_channels": 64,
    "block_channels": [64, 128, 256, 512],
    "block_layers": [2, 2, 5, 2],
    "head_dim": 32,
    "stochastic_depth_prob": 0.2,
    "partition_size": 2,
}


def plain(names: str, size: tuple[int, ...] = (3, 64, 64), **arguments: Any) -> dict[str, Architecture]:
    return {name: Architecture(getattr(models, name), size, arguments) for name in names.split()}


def videos(names: str, size: tuple[int, ...] = VIDEO) -> dict[str, Architecture]:
    return {name: Architecture(getattr(models.video, name), size) for name in names.split()}


ARCHITECTURES: dict[str, Architecture] = {
    **plain("alexnet vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn", CLASSIC),
    **plain("resnet18 resnet34 resnet50 resnet101 resnet152"),
    **plain("resnext50_32x4d resnext101_32x8d wide_resnet50_2 wide_resnet101_2"),
    **plain("densenet121 densenet161 densenet169 densenet201"),
    **plain("inception_v3", INCEPTION, aux_logits=False, init_weights=False),
    **plain("googlenet", INCEPTION, aux_logits=False, init_weights=False),
    **plain("squeezenet1_0 squeezenet1_1"),
    **plain("mobilenet_v2 mobilenet_v3_small mobilenet_v3_large"),
    **plain("shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0"),
    **plain("mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3"),
    **plain("efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3"),
    **plain("efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7"),
    **plain("efficientnet_v2_s efficientnet_v2_m"),
    **plain("regnet_x_400mf regnet_x_800mf regnet_x_1_6gf regnet_x_3_2gf"),
    **plain("regnet_y_400mf regnet_y_800mf regnet_y_1_6gf regnet_y_3_2gf"),
    **plain("convnext_tiny convnext_small convnext_base"),
    **plain("vit_b_16 vit_b_32", image_size=64),
    **plain("swin_t swin_s swin_v2_t swin_v2_s"),
    "maxvit_t": Architecture(MaxVit, (3, 64, 64), SMALL_MAXVIT),
    **videos("r3d_18 mc3_18 r2plus1d_18"),
    **videos("swin3d_t"),
}

# torch.export takes twenty times longer than tracing: it writes these as they are, and
# the golden networks are checked through both exporters.
BY_DYNAMO = "resnet18 squeezenet1_1"
for _name in BY_DYNAMO.split():
    ARCHITECTURES[_name] = replace(ARCHITECTURES[_name], exporters={"plain": "dynamo", "smooth": "torchscript"})

# The same code with a few channels: small enough to be kept in the repository.
TINY: dict[str, Architecture] = {
    "tiny_shufflenet": Architecture(
        models.ShuffleNetV2,
        (3, 24, 24),
        {"stages_repeats": [2, 1, 1], "stages_out_channels": [8, 16, 16, 16, 16], "num_classes": 10},
    ),
    "tiny_regnet_y": Architecture(
        RegNet,
        (3, 24, 24),
        {"block_params": BlockParams([1, 2], [8, 16], [4, 8], [1.0, 1.0], [2, 2], 0.25), "num_classes": 10, "stem_width": 8},
    ),
    "tiny_maxvit": Architecture(
        MaxVit,
        (3, 16, 16),
        {
            "input_size": (16, 16),
            "stem_channels": 8,
            "block_channels": [8],
            "block_layers": [1],
            "head_dim": 4,
            "stochastic_depth_prob": 0.0,
            "partition_size": 2,
            "num_classes": 10,
        },
        {"plain": "dynamo", "smooth": "dynamo"},
    ),
}

EVERY = {**ARCHITECTURES, **TINY}
