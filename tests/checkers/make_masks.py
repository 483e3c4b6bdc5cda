"""DICOM masks made by other programs: make_masks.py CT_FOLDER OUT_FOLDER SEED

Writes SEGs (highdicom: binary, overlapping, fractional, label map; native, RLE, JPEG-LS) and structure sets (pydicom:
polygons with any corners, holes as inner outlines) on the CT, and for each the voxels as NAME.npy, [segment, slice, row, column],
slices by rising z. Prints the names.
"""

import json
import sys
import warnings
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
from highdicom.seg import (
    SegmentAlgorithmTypeValues,
    Segmentation,
    SegmentationFractionalTypeValues,
    SegmentationTypeValues,
    SegmentDescription,
)
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

warnings.simplefilter("ignore")
ct_folder, out, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(seed)
sources = sorted(
    (pydicom.dcmread(path) for path in ct_folder.iterdir()), key=lambda d: float(d.ImagePositionPatient[2])
)
slices, rows, columns = len(sources), sources[0].Rows, sources[0].Columns
names = []


def blobs(count, overlap):
    masks = np.zeros((count, slices, rows, columns), bool)
    y, x = np.mgrid[:rows, :columns]
    for mask in masks:
        for k in range(slices):
            if random.random() < 0.3:
                continue
            cy, cx, r = random.random() * rows, random.random() * columns, 2 + random.random() * rows / 4
            mask[k] = ((y - cy) ** 2 + (x - cx) ** 2 < r**2) & (random.random((rows, columns)) < 0.9)
    if not overlap:
        taken = np.zeros_like(masks[0])
        for mask in masks:
            mask &= ~taken
            taken |= mask
    masks[:, 0, 0, 0] = [not overlap and i == 0 or overlap for i in range(count)]
    return masks


def described(number):
    types = [codes.SCT.Liver, codes.SCT.Lung, codes.SCT.Nodule]
    return SegmentDescription(
        segment_number=number,
        segment_label=f"Segment ä {number}",
        segmented_property_category=codes.SCT.AnatomicalStructure,
        segmented_property_type=types[number % 3],
        algorithm_type=SegmentAlgorithmTypeValues.MANUAL,
    )


def seg(name, pixels, kind, syntax, fractional=None):
    written = Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=[described(i + 1) for i in range(pixels.shape[-1])],
        series_instance_uid=generate_uid(),
        series_number=7,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="x",
        manufacturer_model_name="x",
        software_versions="1",
        device_serial_number="1",
        transfer_syntax_uid=syntax,
        omit_empty_frames=bool(random.integers(2)),
        **({} if fractional is None else {"fractional_type": fractional, "max_fractional_value": 200}),
    )
    written.save_as(out / f"{name}.dcm")
    np.save(out / f"{name}.npy", np.moveaxis(pixels, -1, 0).astype(np.float32))
    names.append(name)


kinds = SegmentationTypeValues
last = lambda masks: np.moveaxis(masks, 0, -1).astype(np.uint8)
seg("binary", last(blobs(3, False)), kinds.BINARY, ExplicitVRLittleEndian)
seg("overlap", last(blobs(5, True)), kinds.BINARY, ImplicitVRLittleEndian)
shares = np.round(random.random((slices, rows, columns, 2)) * 200) / 200 * last(blobs(2, True))
for name, syntax in [("fractional", ExplicitVRLittleEndian), ("fractional-rle", RLELossless), ("fractional-jls", JPEGLSLossless)]:
    seg(name, shares, kinds.FRACTIONAL, syntax, SegmentationFractionalTypeValues.PROBABILITY)
for name, syntax in [("labelmap", ExplicitVRLittleEndian), ("labelmap-jls", JPEGLSLossless), ("labelmap-rle", RLELossless)]:
    seg(name, last(blobs(3, False)), kinds.LABELMAP, syntax)


def inside(polygon):
    """Even-odd, pixel centres, by crossings of a ray to the left."""
    y, x = np.mgrid[:rows, :columns].astype(float)
    odd = np.zeros((rows, columns), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0)):
        spans = (y0 <= y) != (y1 <= y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        odd ^= spans & (at < x)
    return odd


def structures(name, implicit):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.481.3"
    data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    data.Modality, data.SpecificCharacterSet = "RTSTRUCT", "ISO_IR 100"
    data.StudyInstanceUID, data.SeriesInstanceUID = sources[0].StudyInstanceUID, generate_uid()
    data.StructureSetLabel = "made"
    frame = sources[0].FrameOfReferenceUID
    masks = np.zeros((2, slices, rows, columns), bool)
    data.StructureSetROISequence, data.ROIContourSequence = [], []
    for roi in range(2):
        words, outline = Dataset(), Dataset()
        words.ROINumber = outline.ReferencedROINumber = roi + 4
        words.ROIName, words.ReferencedFrameOfReferenceUID = f"Région {roi}", frame
        words.ROIGenerationAlgorithm = "AUTOMATIC"
        outline.ROIDisplayColor, outline.ContourSequence = [10, 20, 30], []
        for k, source in enumerate(sources):
            centre = (0.3 + 0.4 * random.random(2)) * [columns, rows]
            angles = np.sort(random.random(int(random.integers(5, 40)))) * 2 * np.pi
            for radius in [min(rows, columns) / 3, min(rows, columns) / 9]:
                reach = radius * (0.7 + 0.3 * random.random(len(angles)))
                polygon = centre + np.c_[np.cos(angles), np.sin(angles)] * reach[:, None]
                position = np.array(source.ImagePositionPatient, float)
                direction = np.array(source.ImageOrientationPatient, float)
                down, across = [float(s) for s in source.PixelSpacing]
                points = position + np.outer(polygon[:, 0] * across, direction[:3]) + np.outer(polygon[:, 1] * down, direction[3:])
                item = Dataset()
                item.ContourGeometricType, item.NumberOfContourPoints = "CLOSED_PLANAR", len(points)
                item.ContourData = [f"{v:.6f}" for v in points.ravel()]
                outline.ContourSequence.append(item)
                masks[roi, k] ^= inside(polygon)
        data.StructureSetROISequence.append(words)
        data.ROIContourSequence.append(outline)
    data.save_as(out / f"{name}.dcm", enforce_file_format=True)
    np.save(out / f"{name}.npy", masks.astype(np.float32))
    names.append(name)


structures("structures", False)
structures("structures-implicit", True)
print(json.dumps(names))
