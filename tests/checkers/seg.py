"""A DICOM SEG as highdicom reads it: seg.py FILE OUT.npy [--by-source UID…]

Writes the segments as one array, [slice, row, column, segment], and prints what highdicom says of them.
With --by-source the slices are those of the named source images, in that order; else those of the volume highdicom builds.
"""

import json
import sys

import highdicom as hd
import numpy as np

path, out, *rest = sys.argv[1:]
seg = hd.seg.segread(path)
numbers = list(seg.segment_numbers)
affine = None
if rest:
    pixels = seg.get_pixels_by_source_instance(
        source_sop_instance_uids=rest[1:],
        segment_numbers=numbers,
        combine_segments=False,
        assert_missing_frames_are_empty=True,
        rescale_fractional=True,
    )
elif getattr(seg, "FrameOfReferenceUID", None) is None or "PlaneOrientationSequence" not in seg.SharedFunctionalGroupsSequence[0]:
    pixels = None
else:
    volume = seg.get_volume(
        segment_numbers=numbers, combine_segments=False, allow_missing_positions=True, rescale_fractional=True
    )
    pixels = volume.array
    affine = volume.affine.tolist()

if pixels is None:
    frames = seg.pixel_array
    pixels = frames if frames.ndim == 3 else frames[None]
np.save(out, np.ascontiguousarray(pixels.astype(np.float32)))


def coded(concept):
    return None if concept is None else [concept.value, concept.scheme_designator, concept.meaning]


segments = []
for number in numbers:
    words = seg.get_segment_description(number)
    segments.append(
        {
            "number": int(number),
            "label": words.segment_label,
            "category": coded(words.segmented_property_category),
            "type": coded(words.segmented_property_type),
            "algorithm": words.algorithm_type.value,
        }
    )
print(
    json.dumps(
        {
            "kind": seg.segmentation_type.value,
            "fractional": seg.segmentation_fractional_type.value if seg.segmentation_fractional_type else None,
            "overlap": str(seg.SegmentsOverlap) if "SegmentsOverlap" in seg else None,
            "shape": list(pixels.shape),
            "affine": affine,
            "segments": segments,
        }
    )
)
