"""Training augmentation: shift by up to 8 pixels, gain and offset; never mirrored (it would mirror the letters)."""

import torch
import torch.nn.functional as F

SHIFT = 8
GAIN_SD = 0.1
OFFSET_SD = 0.06


def augment(images, generator):
    """A randomly shifted and exposed copy of a batch, clamped to [-1, 1]; edges are replicated."""
    count, _, height, width = images.shape
    gain = 1 + GAIN_SD * torch.randn(count, 1, 1, 1, generator=generator)
    offset = OFFSET_SD * torch.randn(count, 1, 1, 1, generator=generator)
    padded = F.pad(images * gain + offset, [SHIFT] * 4, mode="replicate")
    corners = torch.randint(0, 2 * SHIFT + 1, (count, 2), generator=generator).tolist()
    shifted = [padded[i, :, y : y + height, x : x + width] for i, (y, x) in enumerate(corners)]
    return torch.stack(shifted).clamp(-1, 1)
