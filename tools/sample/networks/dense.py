"""DenseNet-like classifier: four dense layers at 32 x 32, six at 16 x 16."""

import torch.nn.functional as F
from torch import nn

from .blocks import DenseLayer, conv_norm_relu

GROWTH = 16


class DenseLike(nn.Module):
    """Stem to 32 x 32, two dense blocks with a transition between, global average, one logit."""

    architecture = "densenet-like"

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv_norm_relu(1, 16, 3, 2), conv_norm_relu(16, 24), nn.MaxPool2d(2))
        self.block1 = nn.Sequential(*[DenseLayer(24 + GROWTH * k, GROWTH) for k in range(4)])
        self.transition = nn.Sequential(
            nn.BatchNorm2d(88), nn.ReLU(), nn.Conv2d(88, 48, 1, bias=False), nn.AvgPool2d(2)
        )
        self.block2 = nn.Sequential(*[DenseLayer(48 + GROWTH * k, GROWTH) for k in range(6)])
        self.norm = nn.BatchNorm2d(144)
        self.relu = nn.ReLU()
        self.fc = nn.Linear(144, 1)
        self.cascade = ["fc", "norm", "block2", "transition", "block1", "stem"]
        self.target_layers = {"relu": "last 16 x 16 layer", "block1": "last 32 x 32 layer"}

    def forward(self, image):
        x = self.transition(self.block1(self.stem(image)))
        x = self.relu(self.norm(self.block2(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
