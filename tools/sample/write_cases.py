"""Write the committed cases, masks, truth and average mask: python write_cases.py WORK RESOURCES."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from delivery.json_file import write_json
from delivery.radiograph import write_radiograph
from delivery.selection import select_cases


def write_case(root, case):
    """Write one case with its mask and variants; returns its truth as a row."""
    phantom = case.draw()
    write_radiograph(root / "cases" / f"{case.id}.dcm", case.id, phantom.pixels)
    for variant in case.variants:
        write_radiograph(root / "variants" / f"{case.id}-{variant}.dcm", case.id, case.draw(variant).pixels, variant)
    if case.positive:
        mask = phantom.lesions.mask.astype(np.uint8) * 255
        Image.fromarray(mask).save(root / "masks" / f"{case.id}.png", optimize=True)
    return {
        "id": case.id,
        "generatorPatient": case.patient,
        "label": "lesion" if case.positive else "none",
        "boxes": phantom.lesions.boxes,
        "lesions": phantom.lesions.rows,
        "markerBox": phantom.marker_box,
        "devices": phantom.devices,
        "variants": list(case.variants),
    }


def write_average_mask(work, root):
    """Mean lesion mask of the training positives, float32 [128, 128]."""
    with np.load(work / "sets" / "train-clean.npz") as file:
        masks = file["masks"][file["labels"] == 1]
    np.save(root / "average-mask.npy", masks.mean(0).astype(np.float32))


def main(work, root):
    """Write everything that does not need a trained network."""
    for folder in ("cases", "masks", "variants"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    rows = [write_case(root, case) for case in select_cases()]
    write_json(root / "truth.json", {"version": 1, "cases": rows})
    write_average_mask(work, root)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
