"""Mask files as other programs read them: masks.py FOLDER NAME

Reads NAME.nii.gz (nibabel), NAME.npy (numpy), NAME.coco-rle.json and NAME.coco.json (run lengths by numpy, outlines by Pillow, each
pixel drawn eight times eight so that its edges lie on whole numbers) and NAME.seg.dcm (highdicom), those that are there, and prints for
each: shape, affine, and voxels by label.
"""

import json
import sys
from pathlib import Path

import highdicom as hd
import nibabel
import numpy as np
from PIL import Image, ImageDraw

folder, name = Path(sys.argv[1]), sys.argv[2]
found = {}


def counts(labels):
    values, sizes = np.unique(labels[labels != 0], return_counts=True)
    return {str(int(v)): int(s) for v, s in zip(values, sizes)}


def from_annotations(file, draw):
    data = json.load(open(file))
    image = data["images"][0]
    total, boxes = {}, True
    for entry in data["annotations"]:
        mask = draw(entry["segmentation"], image["height"], image["width"])
        key = str(entry["category_id"])
        total[key] = total.get(key, 0) + int(mask.sum())
        ys, xs = np.nonzero(mask)
        box = [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]
        boxes = boxes and entry["bbox"] == [int(b) for b in box] and entry["area"] == int(mask.sum())
    names = {str(c["id"]): c["name"] for c in data["categories"]}
    return {"counts": total, "boxes": bool(boxes), "names": names, "images": len(data["images"])}


def run_lengths(coded, height, width):
    values = np.zeros(sum(coded["counts"]), bool)
    at, inside = 0, False
    for count in coded["counts"]:
        values[at : at + count] = inside
        at, inside = at + count, not inside
    assert coded["size"] == [height, width] and values.size == height * width
    return values.reshape(width, height).T


def outlines(polygons, height, width):
    zoom, mask = 8, np.zeros((height, width), bool)
    for polygon in polygons:
        points = [(x * zoom, y * zoom) for x, y in zip(polygon[::2], polygon[1::2])]
        canvas = Image.new("1", (width * zoom, height * zoom))
        ImageDraw.Draw(canvas).polygon(points, fill=1)
        # Pixels at the centres: off the outline, which Pillow draws too.
        mask ^= np.array(canvas)[zoom // 2 :: zoom, zoom // 2 :: zoom]
    return mask


path = folder / f"{name}.nii.gz"
if path.exists():
    image = nibabel.load(path)
    found["nifti"] = {
        "shape": list(image.shape),
        "affine": image.affine.tolist(),
        "counts": counts(np.asanyarray(image.dataobj)),
    }
path = folder / f"{name}.npy"
if path.exists():
    array = np.load(path)
    found["npy"] = {"shape": list(array.shape), "dtype": str(array.dtype), "counts": counts(array)}
path = folder / f"{name}.coco-rle.json"
if path.exists():
    found["rle"] = from_annotations(path, run_lengths)
path = folder / f"{name}.coco.json"
if path.exists():
    found["polygons"] = from_annotations(path, outlines)
path = folder / f"{name}.seg.dcm"
if path.exists():
    seg = hd.seg.segread(path)
    pixels = seg.get_volume(combine_segments=False, allow_missing_positions=True).array
    found["seg"] = {
        "counts": {str(n): int(pixels[..., i].sum()) for i, n in enumerate(seg.segment_numbers)},
        "names": {str(n): seg.get_segment_description(n).segment_label for n in seg.segment_numbers},
        "patient": str(seg.PatientName),
        "sources": len(seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence),
    }
print(json.dumps(found))
