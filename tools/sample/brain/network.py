"""A small Conv5_FC3-like classifier of volumes with two outputs (Thibeau-Sutre et al., ClinicaDL, doi:10.1016/j.cmpb.2022.106818)."""

from torch import nn


def _block(inputs, outputs, stride=1):
    """Convolution 3 x 3 x 3 without bias, batch normalization, ReLU."""
    convolution = nn.Conv3d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm3d(outputs), nn.ReLU())


class BrainNet(nn.Module):
    """Four blocks (24 x 28 x 24, then 12 x 14 x 12), global average, two logits."""

    architecture = "conv4-3d"

    def __init__(self):
        super().__init__()
        self.conv1 = _block(1, 8, 2)
        self.conv2 = _block(8, 16)
        self.pool = nn.MaxPool3d(2)
        self.conv3 = _block(16, 32)
        self.conv4 = _block(32, 48)
        self.fc = nn.Linear(48, 2)
        self.cascade = ["fc", "conv4", "conv3", "conv2", "conv1"]
        self.target_layers = {"conv4": "last 12 x 14 x 12 layer", "conv2": "last 24 x 28 x 24 layer"}

    def forward(self, image):
        x = self.conv4(self.conv3(self.pool(self.conv2(self.conv1(image)))))
        return self.fc(x.mean((2, 3, 4)))
