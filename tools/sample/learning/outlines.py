"""Training and scores of a net that outlines: one logit a pixel."""

import numpy as np
import torch
import torch.nn.functional as F

from .augment import GAIN_SD, OFFSET_SD, SHIFT

BATCH = 100


def augment_with_masks(images, masks, generator):
    """As `augment`, the masks float [n, 1, h, w] moved along; nothing lies beyond their edge."""
    count, _, height, width = images.shape
    gain = 1 + GAIN_SD * torch.randn(count, 1, 1, 1, generator=generator)
    offset = OFFSET_SD * torch.randn(count, 1, 1, 1, generator=generator)
    padded = F.pad(images * gain + offset, [SHIFT] * 4, mode="replicate")
    outlines = F.pad(masks, [SHIFT] * 4)
    corners = torch.randint(0, 2 * SHIFT + 1, (count, 2), generator=generator).tolist()

    def moved(source):
        return torch.stack([source[i, :, y : y + height, x : x + width] for i, (y, x) in enumerate(corners)])

    return moved(padded).clamp(-1, 1), moved(outlines)


def overlap_loss(scores, masks):
    """Binary cross entropy plus one minus the Dice coefficient of the batch."""
    probability = torch.sigmoid(scores)
    dice = (2 * (probability * masks).sum() + 1) / (probability.sum() + masks.sum() + 1)
    return F.binary_cross_entropy_with_logits(scores, masks) + 1 - dice


@torch.no_grad()
def pixel_logits(network, images):
    """Logits [n, h, w] in evaluation mode."""
    network.eval()
    parts = [network(images[start : start + BATCH])[:, 0] for start in range(0, len(images), BATCH)]
    return torch.cat(parts).numpy()


def mean_dice(masks, scores):
    """Mean Dice coefficient at logit 0 over the images that have a mask."""
    found = scores > 0
    values = [2 * (m & f).sum() / (m.sum() + f.sum()) for m, f in zip(masks, found) if m.any()]
    return float(np.mean(values))
