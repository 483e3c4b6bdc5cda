"""Half-resolution U-Net that outlines lesions: the upper localisation reference, not a classifier."""

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import conv_norm_relu


def _pair(inputs, outputs):
    return nn.Sequential(conv_norm_relu(inputs, outputs), conv_norm_relu(outputs, outputs))


def _doubled(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class UNetLike(nn.Module):
    """Four scales from 64 x 64 down to 8 x 8 and back, one logit a pixel at 128 x 128."""

    architecture = "unet-like"

    def __init__(self):
        super().__init__()
        self.down0 = nn.Sequential(conv_norm_relu(1, 16, 3, 2), conv_norm_relu(16, 16))
        self.down1, self.down2, self.down3 = _pair(16, 32), _pair(32, 48), _pair(48, 64)
        self.up2, self.up1, self.up0 = _pair(64 + 48, 48), _pair(48 + 32, 32), _pair(32 + 16, 16)
        self.head = nn.Conv2d(16, 1, 1)

    def forward(self, image):
        first = self.down0(image)
        second = self.down1(F.max_pool2d(first, 2))
        third = self.down2(F.max_pool2d(second, 2))
        x = self.down3(F.max_pool2d(third, 2))
        for block, skipped in ((self.up2, third), (self.up1, second), (self.up0, first)):
            x = block(torch.cat([_doubled(x), skipped], 1))
        return _doubled(self.head(x))
