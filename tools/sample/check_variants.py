"""Check that committed variants differ from their case only where they should: python check_variants.py.

Marker variants: outside the two marker boxes not one pixel differs. Lesion-free variants: the
place of the lesion is darker, and far from it only scattered light (below 1 % of full scale) differs.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom import dcmread
from scipy.ndimage import binary_dilation

from delivery.selection import select_cases
from phantom.render import FULL_SCALE

ROOT = Path(__file__).parent.parent.parent / "resources" / "sample"
FAR_PX = 24
SCATTER = 0.01


def pixels(folder, name):
    """Stored pixels of a file as signed integers."""
    return dcmread(ROOT / folder / f"{name}.dcm").pixel_array.astype(int)


def inside(boxes, shape):
    """Mask of the union of boxes, far edge exclusive; None boxes are skipped."""
    mask = np.zeros(shape, bool)
    for x0, y0, x1, y1 in filter(None, boxes):
        mask[y0:y1, x0:x1] = True
    return mask


def check_marker(case, variant, as_is):
    """Problems of a marker variant."""
    changed = pixels("variants", f"{case.id}-{variant}") != as_is
    allowed = inside([case.draw().marker_box, case.draw(variant).marker_box], changed.shape)
    problems = [f"{case.id} {variant}: pixels outside the marker differ"] if (changed & ~allowed).any() else []
    had_letter = case.draw().marker_box is not None or case.draw(variant).marker_box is not None
    if had_letter and not changed.any():
        problems.append(f"{case.id} {variant}: nothing differs")
    return problems


def check_finding(case, as_is):
    """Problems of a lesion-free variant."""
    gone = as_is - pixels("variants", f"{case.id}-finding-removed")
    mask = np.asarray(Image.open(ROOT / "masks" / f"{case.id}.png")) > 0
    problems = []
    if gone[mask].mean() <= 0:
        problems.append(f"{case.id}: the lesion is not brighter than its twin")
    far = ~binary_dilation(mask, iterations=FAR_PX)
    if np.abs(gone[far]).max() > SCATTER * FULL_SCALE:
        problems.append(f"{case.id}: pixels far from the lesion differ")
    return problems


def main():
    """Check every committed variant against its case and against the truth file."""
    problems, count = [], 0
    listed = {row["id"]: row for row in json.loads((ROOT / "truth.json").read_text())["cases"]}
    for case in select_cases():
        as_is = pixels("cases", case.id)
        if list(case.variants) != listed[case.id]["variants"]:
            problems.append(f"{case.id}: truth.json lists other variants")
        for variant in case.variants:
            count += 1
            if variant == "finding-removed":
                problems += check_finding(case, as_is)
            else:
                problems += check_marker(case, variant, as_is)
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"{count} variants differ from their cases only where they should")


if __name__ == "__main__":
    main()
