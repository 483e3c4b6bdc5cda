"""The known regions as NIfTI labelmap (all of them, and only what enhances as one mask) and as DICOM SEG."""

import gzip

import highdicom
import nibabel
import numpy as np
from highdicom.sr.coding import CodedConcept
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian

from delivery.uids import uid

from .abdomen import REGIONS
from .grid import ORIGIN_MM, PIXEL_MM, SLICE_MM

# SNOMED CT; DICOM PS3.16 contexts 7151 to 7166.
CODES = {
    "aorta": ("15825003", "Aorta", None),
    "inferior vena cava": ("64131007", "Inferior vena cava", None),
    "right kidney": ("64033007", "Kidney", ("24028007", "Right")),
    "left kidney": ("64033007", "Kidney", ("7771000", "Left")),
    "hepatic vessels": ("8887007", "Hepatic vein", None),
}


def world_affine():
    """Voxel (i, j, k) to RAS millimetres, for NIfTI."""
    x, y, z = ORIGIN_MM
    return np.array([[-PIXEL_MM, 0, 0, -x], [0, -PIXEL_MM, 0, -y], [0, 0, SLICE_MM, z], [0, 0, 0, 1]])


def write_labelmap(path, regions):
    """`regions` [slices, rows, columns] as NIfTI, index + 1 of REGIONS; no time in the file."""
    image = nibabel.Nifti1Image(np.ascontiguousarray(regions.transpose(2, 1, 0)), world_affine())
    image.header.set_xyzt_units("mm")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(image.to_bytes(), 9, mtime=0))


def _description(number, name):
    value, meaning, side = CODES[name]
    described = highdicom.seg.SegmentDescription(
        segment_number=number, segment_label=name,
        segmented_property_category=CodedConcept("123037004", "SCT", "Anatomical Structure"),
        segmented_property_type=CodedConcept(value, "SCT", meaning),
        algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=highdicom.AlgorithmIdentificationSequence(
            name="Phantom generator", version="1", family=CodedConcept("GENERATOR", "99SALISCOPE", "Phantom generator"),
        ),
        tracking_uid=uid("ct", "segment", name), tracking_id=name,
    )
    if side is not None:
        modifier = CodedConcept(side[0], "SCT", side[1])
        described.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [modifier]
    return described


def write_segmentation(path, regions, sources):
    """The regions as binary segments on the slices of a series; the same bytes at every rebuild."""
    images = [dcmread(source) for source in sources]
    planes = np.stack([regions == number for number in range(1, len(REGIONS) + 1)], axis=-1)
    seg = highdicom.seg.Segmentation(
        source_images=images, pixel_array=planes,
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_description(index + 1, name) for index, name in enumerate(REGIONS)],
        series_instance_uid=uid("ct", "seg", "series"), series_number=3, sop_instance_uid=uid("ct", "seg", "instance"),
        instance_number=1, manufacturer="Saliscope phantom", manufacturer_model_name="Saliscope phantom",
        software_versions="1", device_serial_number="1", content_description="Known regions that enhance",
        series_description="Known regions", transfer_syntax_uid=ExplicitVRLittleEndian, omit_empty_frames=True,
    )
    # The rest of the file is a function of the seed; times of writing would not be.
    seg.SeriesDate = seg.ContentDate = seg.InstanceCreationDate = "20260101"
    seg.SeriesTime = seg.ContentTime = seg.InstanceCreationTime = "121000"
    for item in seg.get("ContributingEquipmentSequence", []):
        item.ContributionDateTime = "20260101121000"
    if "DimensionOrganizationSequence" in seg:
        organisation = uid("ct", "seg", "dimensions")
        seg.DimensionOrganizationSequence[0].DimensionOrganizationUID = organisation
        for item in seg.DimensionIndexSequence:
            item.DimensionOrganizationUID = organisation
    seg.save_as(path, enforce_file_format=True)
