"""DICOM SEG files as highdicom reads them: seg.py FILE OUT.npy [FILE OUT.npy…]

Writes the segments of each file as one array, [slice, row, column, segment], float32, and prints a list of what highdicom says of
them. The slices are those of the volume highdicom builds, with its affine; of a file without a place in the patient they are its
frames as they follow, [frame, row, column].
"""

import json
import sys
import warnings

import highdicom as hd
import numpy as np

warnings.simplefilter("ignore")


def coded(concept):
    return None if concept is None else [concept.value, concept.scheme_designator, concept.meaning]


def described(seg, number):
    words = seg.get_segment_description(number)
    return {
        "number": int(number),
        "label": words.segment_label,
        "category": coded(words.segmented_property_category),
        "type": coded(words.segmented_property_type),
        "algorithm": words.algorithm_type.value,
    }


def seen(path, out):
    seg = hd.seg.segread(path)
    numbers = list(seg.segment_numbers)
    affine = None
    if "PlaneOrientationSequence" in seg.SharedFunctionalGroupsSequence[0]:
        volume = seg.get_volume(
            segment_numbers=numbers, combine_segments=False, allow_missing_positions=True, rescale_fractional=True
        )
        pixels, affine = volume.array, volume.affine.tolist()
    else:
        frames = seg.pixel_array
        pixels = frames if frames.ndim == 3 else frames[None]
    np.save(out, np.ascontiguousarray(pixels.astype(np.float32)))
    fractional = seg.segmentation_fractional_type
    return {
        "kind": seg.segmentation_type.value,
        "fractional": None if fractional is None else fractional.value,
        "overlap": str(seg.SegmentsOverlap) if "SegmentsOverlap" in seg else None,
        "shape": list(pixels.shape),
        "affine": affine,
        "segments": [described(seg, number) for number in numbers],
    }


given = sys.argv[1:]
print(json.dumps([seen(path, out) for path, out in zip(given[::2], given[1::2])]))
