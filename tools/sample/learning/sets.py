"""Drawn sets as tensors."""

from dataclasses import dataclass

import numpy as np
import torch

from phantom.render import FULL_SCALE


@dataclass
class DrawnSet:
    """`images` float [n, 1, 128, 128] in [-1, 1], `labels` float [n], `masks` bool array [n, 128, 128]."""

    images: torch.Tensor
    labels: torch.Tensor
    masks: np.ndarray


def as_input(pixels):
    """Stored pixels [n, 128, 128] to network input [n, 1, 128, 128]."""
    return torch.from_numpy(pixels.astype(np.float32))[:, None] / FULL_SCALE * 2 - 1


def load_set(work, name):
    """Read WORK/sets/NAME.npz."""
    with np.load(work / "sets" / f"{name}.npz") as file:
        return DrawnSet(as_input(file["pixels"]), torch.from_numpy(file["labels"]).float(), file["masks"])
