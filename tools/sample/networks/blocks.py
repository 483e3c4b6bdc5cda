"""Building blocks shared by the networks."""

import torch
from torch import nn


def conv_norm_relu(inputs, outputs, kernel=3, stride=1):
    """Convolution without bias, batch normalization, ReLU; the size is kept at stride 1."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


class Mixed(nn.Module):
    """Inception block: 1x1, 1x1-3x3, 1x1-3x3-3x3 and pool-1x1 branches, joined by concatenation."""

    def __init__(self, inputs, widths):
        super().__init__()
        point, single, double, pooled = widths
        squeezed = max(8, single // 2)
        self.point = conv_norm_relu(inputs, point, 1)
        self.conv3 = nn.Sequential(conv_norm_relu(inputs, squeezed, 1), conv_norm_relu(squeezed, single))
        self.conv5 = nn.Sequential(
            conv_norm_relu(inputs, squeezed, 1), conv_norm_relu(squeezed, double), conv_norm_relu(double, double)
        )
        pool = nn.AvgPool2d(3, 1, 1, count_include_pad=False)
        self.pooled = nn.Sequential(pool, conv_norm_relu(inputs, pooled, 1))

    def forward(self, x):
        return torch.cat([self.point(x), self.conv3(x), self.conv5(x), self.pooled(x)], 1)


class DenseLayer(nn.Module):
    """Norm-ReLU-1x1, norm-ReLU-3x3, appended to its own input."""

    def __init__(self, inputs, growth):
        super().__init__()
        self.squeeze = nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, 2 * growth, 1, bias=False))
        self.grow = nn.Sequential(
            nn.BatchNorm2d(2 * growth), nn.ReLU(), nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False)
        )

    def forward(self, x):
        return torch.cat([x, self.grow(self.squeeze(x))], 1)
