"""Draw whole sets into a scratch folder: python draw_sets.py FOLDER SPLIT-POLICY [...], as in validation-leaky."""

import sys
import time
from pathlib import Path

import numpy as np

from phantom.cohort import TEST, TRAIN, VALIDATION, draw_set

SPLITS = {split.name: split for split in (TRAIN, VALIDATION, TEST)}


def main(folder, names):
    """Write FOLDER/NAME.npz for each set named."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        start = time.time()
        split, policy = name.split("-")
        pixels, label, masks = draw_set(SPLITS[split], policy)
        np.savez_compressed(folder / f"{name}.npz", pixels=pixels, labels=label, masks=masks)
        print(f"{name}: {len(label)} patients in {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
