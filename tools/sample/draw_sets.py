"""Draw the training and validation sets into a scratch folder: python draw_sets.py WORK [SPLIT-POLICY ...]."""

import sys
import time
from pathlib import Path

import numpy as np

from phantom.cohort import TEST, TRAIN, VALIDATION, draw_set

SPLITS = {split.name: split for split in (TRAIN, VALIDATION, TEST)}
FOR_TRAINING = ["train-clean", "train-leaky", "validation-clean", "validation-leaky", "validation-swapped", "validation-removed"]
FOR_TESTING = ["test-clean", "test-leaky", "test-swapped", "test-removed"]


def main(work, names):
    """Write WORK/NAME.npz for each set named."""
    work.mkdir(parents=True, exist_ok=True)
    for name in names:
        start = time.time()
        split, policy = name.split("-")
        pixels, label, masks = draw_set(SPLITS[split], policy)
        np.savez_compressed(work / f"{name}.npz", pixels=pixels, labels=label, masks=masks)
        print(f"{name}: {len(label)} patients in {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or FOR_TRAINING + FOR_TESTING)
