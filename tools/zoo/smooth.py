"""The smooth twin of a network: the same weights, every function with a kink replaced by one without.

Where a ReLU or a maximum changes sides by rounding, float32 and float64 gradients differ by chance. The twin has no such
places, so its gradient can be held to a strict limit.
"""
from contextlib import contextmanager
from typing import Iterator
from unittest.mock import patch

import torch.nn.functional as F


def _silu(value, *_, **__):
    return F.silu(value)


def _sigmoid(value, *_, **__):
    return value.sigmoid()


def _average(pool):
    def pooled(value, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        if dilation not in (1, (1, 1), (1, 1, 1)) or return_indices:
            raise ValueError("the zoo has no such max pooling")
        return pool(value, kernel_size, stride, padding, ceil_mode, count_include_pad=False)

    return pooled


@contextmanager
def smooth(active: bool) -> Iterator[None]:
    """Modules and networks look these functions up in torch.nn.functional when they run."""
    if not active:
        yield
        return
    smoothed = {
        "relu": _silu,
        "relu6": _silu,
        "hardtanh": _silu,
        "hardswish": _silu,
        "hardsigmoid": _sigmoid,
        "max_pool2d": _average(F.avg_pool2d),
        "max_pool3d": _average(F.avg_pool3d),
    }
    with patch.multiple(F, **smoothed):
        yield
