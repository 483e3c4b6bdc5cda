"""Patients of each split, their labels, and whole sets under a marker policy."""

from dataclasses import dataclass

import numpy as np

from .marker import choose_letter
from .render import render
from .streams import policy_stream

_LABELS = 999


@dataclass(frozen=True)
class Split:
    """Patients drawn from one seed; no patient is in two splits because no two share a seed."""

    name: str
    seed: int
    patients: int


TRAIN = Split("train", 1, 2400)
VALIDATION = Split("validation", 2, 300)
TEST = Split("test", 3, 400)


def labels(split):
    """Label 0 or 1 of every patient, half and half, in a seeded order."""
    halves = np.arange(split.patients) % 2
    return np.random.default_rng([split.seed, _LABELS]).permutation(halves)


def draw_patient(split, patient, policy, lesion=True):
    """One patient of a split under a marker policy; `lesion=False` gives the twin without its lesion."""
    positive = bool(labels(split)[patient])
    letter = choose_letter(policy, positive, policy_stream(split.seed, patient))
    return render(split.seed, patient, letter, positive and lesion)


def draw_set(split, policy):
    """All pixels (uint16 [n, 128, 128]), labels (int64 [n]) and lesion masks (bool [n, 128, 128]) of a split."""
    phantoms = [draw_patient(split, patient, policy) for patient in range(split.patients)]
    pixels = np.stack([phantom.pixels for phantom in phantoms])
    masks = np.stack([phantom.lesions.mask for phantom in phantoms])
    return pixels, labels(split).astype(np.int64), masks
