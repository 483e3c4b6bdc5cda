"""One phantom as a DICOM Digital X-Ray Image (For Presentation), explicit VR little endian, 12 bits in 16."""

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from .uids import uid

DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"
PIXEL_SPACING_MM = "2.734"
ACQUIRED = "20260101"
SERIES = {
    "": (1, "PA chest phantom"),
    "finding-removed": (2, "PA chest phantom, finding removed"),
    "cue-removed": (3, "PA chest phantom, marker removed"),
    "cue-swapped": (4, "PA chest phantom, marker swapped"),
}


def _code(value, scheme, meaning):
    """One item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def _identity(image, case, variant):
    """Patient, study, series and instance: no plausible person."""
    number, description = SERIES[variant]
    image.SOPClassUID = DX_FOR_PRESENTATION
    image.SOPInstanceUID = uid(case, variant, "instance")
    image.PatientName = f"Phantom^{case[1:]}"
    image.PatientID = f"phantom-{case[1:]}"
    image.PatientBirthDate = image.PatientSex = ""
    image.StudyInstanceUID = uid(case, "study")
    image.StudyID, image.AccessionNumber, image.ReferringPhysicianName = "1", "", ""
    image.StudyDate = image.SeriesDate = image.AcquisitionDate = image.ContentDate = ACQUIRED
    image.StudyTime = image.SeriesTime = image.AcquisitionTime = image.ContentTime = "120000"
    image.StudyDescription, image.SeriesDescription = "Synthetic chest radiograph", description
    image.SeriesInstanceUID = uid(case, variant, "series")
    image.SeriesNumber = image.InstanceNumber = str(number)
    image.Modality, image.PresentationIntentType = "DX", "FOR PRESENTATION"
    image.Manufacturer = image.ManufacturerModelName = "Saliscope phantom"
    image.SoftwareVersions, image.DeviceSerialNumber = "1", "1"


def _projection(image):
    """Anatomy, view and detector (DX Anatomy Imaged, DX Positioning, DX Detector modules)."""
    image.BodyPartExamined, image.ViewPosition, image.ImageLaterality = "CHEST", "PA", "U"
    image.PatientOrientation = ["L", "F"]
    image.AnatomicRegionSequence = Sequence([_code("51185008", "SCT", "Chest")])
    view = _code("399348003", "SCT", "postero-anterior")
    view.ViewModifierCodeSequence = Sequence([])
    image.ViewCodeSequence = Sequence([view])
    image.PatientOrientationCodeSequence = Sequence([_code("10904000", "SCT", "erect")])
    image.AcquisitionContextSequence = Sequence([])
    image.DetectorType, image.PositionerType = "DIRECT", "NONE"
    image.ImagerPixelSpacing = image.PixelSpacing = [PIXEL_SPACING_MM, PIXEL_SPACING_MM]


def _pixels(image, pixels):
    """Image Pixel and DX Image modules; bright = dense = less beam, hence sign -1."""
    image.ImageType = ["DERIVED", "PRIMARY", ""]
    image.DerivationDescription = "Computed phantom, no patient was exposed"
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = pixels.shape
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.PixelIntensityRelationship, image.PixelIntensityRelationshipSign = "LOG", -1
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = "0", "1", "US"
    image.PresentationLUTShape = "IDENTITY"
    image.LossyImageCompression = "00"
    image.BurnedInAnnotation = "NO"
    image.WindowCenter, image.WindowWidth = "2048", "4096"
    image.PixelData = pixels.astype("<u2").tobytes()


def write_radiograph(path, case, pixels, variant=""):
    """Write `pixels` (uint16 [rows, columns], 0..4095) as case `case` ('p0042') to `path`."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DX_FOR_PRESENTATION
    meta.MediaStorageSOPInstanceUID = uid(case, variant, "instance")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid("implementation")
    meta.ImplementationVersionName = "SALISCOPE_SMPL"
    image = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    _identity(image, case, variant)
    _projection(image)
    _pixels(image, pixels)
    image.save_as(path, enforce_file_format=True)
