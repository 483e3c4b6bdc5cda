"""Patients of the contrast net: splits from disjoint seeds, single slices as network input."""

import numpy as np
import torch

from learning.sets import DrawnSet

from .study import draw_study

# Split: seed and number of patients; the committed study has a seed of its own.
SPLITS = {"train": (42, 30), "validation": (43, 10), "test": (44, 20)}
WINDOW_CENTRE, WINDOW_WIDTH = 40, 400


def windowed(hu):
    """HU [n, rows, columns] to network input [n, 1, rows, columns] in -1..1; the window of PS3.3 C.11.2.1.2.1."""
    low = WINDOW_CENTRE - 0.5 - (WINDOW_WIDTH - 1) / 2
    share = np.clip((hu.astype(np.float32) - low) / (WINDOW_WIDTH - 1), 0, 1)
    return torch.from_numpy(share * 2 - 1)[:, None]


def load_split(name):
    """All slices of a split: first each patient's plain scan (label 0), then the one with contrast (label 1)."""
    seed, patients = SPLITS[name]
    studies = [draw_study(seed, patient) for patient in range(1, patients + 1)]
    scans = [scan for study in studies for scan in (study.plain, study.contrast)]
    masks = [mask for study in studies for mask in (np.zeros_like(study.regions, bool), study.regions > 0)]
    labels = np.repeat(np.arange(len(scans)) % 2, len(scans[0]))
    return DrawnSet(windowed(np.concatenate(scans)), torch.from_numpy(labels).float(), np.concatenate(masks))
