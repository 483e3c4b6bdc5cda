"""Inception-like classifier with three or four mixed blocks."""

import torch.nn.functional as F
from torch import nn

from .blocks import Mixed, conv_norm_relu


class InceptionLike(nn.Module):
    """Stem to 32 x 32, two mixed blocks there, then one or two at 16 x 16, global average, one logit."""

    architecture = "inception-like"

    def __init__(self, blocks_at_16=2):
        super().__init__()
        self.stem1 = conv_norm_relu(1, 16, 3, 2)
        self.stem2 = conv_norm_relu(16, 24)
        self.pool1 = nn.MaxPool2d(2)
        self.mixed0 = Mixed(24, (16, 24, 16, 8))
        self.mixed1 = Mixed(64, (24, 32, 24, 16))
        self.pool2 = nn.MaxPool2d(2)
        self.mixed2 = Mixed(96, (32, 48, 32, 16))
        self.mixed3 = Mixed(128, (32, 48, 32, 16)) if blocks_at_16 == 2 else nn.Identity()
        self.fc = nn.Linear(128, 1)
        last = ["mixed3"] if blocks_at_16 == 2 else []
        self.cascade = ["fc", *last, "mixed2", "mixed1", "mixed0", "stem2", "stem1"]
        self.target_layers = {"mixed3" if last else "mixed2": "last 16 x 16 layer", "mixed1": "last 32 x 32 layer"}

    def forward(self, image):
        x = self.pool1(self.stem2(self.stem1(image)))
        x = self.pool2(self.mixed1(self.mixed0(x)))
        x = self.mixed3(self.mixed2(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
