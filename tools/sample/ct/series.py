"""A series as DICOM CT Image Storage: explicit VR little endian, 12 bits in 16, one file a slice."""

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from delivery.uids import uid

from .grid import COLUMNS, ORIGIN_MM, PIXEL_MM, ROWS, SLICE_MM

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
INTERCEPT = -1024
ACQUIRED = "20260101"
SERIES = {"plain": (1, "Abdomen phantom, no contrast", "120000"), "contrast": (2, "Abdomen phantom, portal venous", "120500")}


def _identity(image, kind, number):
    series, description, time = SERIES[kind]
    image.SOPClassUID = CT_IMAGE
    image.SOPInstanceUID = uid("ct", kind, str(number))
    image.PatientName, image.PatientID = "Phantom^CT", "phantom-ct-01"
    image.PatientBirthDate = image.PatientSex = ""
    image.StudyInstanceUID = uid("ct", "study")
    image.StudyID, image.AccessionNumber, image.ReferringPhysicianName = "2", "", ""
    image.StudyDate = image.SeriesDate = image.AcquisitionDate = image.ContentDate = ACQUIRED
    image.StudyTime = "120000"
    image.SeriesTime = image.AcquisitionTime = image.ContentTime = time
    image.StudyDescription, image.SeriesDescription = "Synthetic CT of the upper abdomen", description
    image.SeriesInstanceUID = uid("ct", kind, "series")
    image.SeriesNumber, image.InstanceNumber, image.AcquisitionNumber = str(series), str(number + 1), str(series)
    image.Modality, image.BodyPartExamined, image.PatientPosition = "CT", "ABDOMEN", "HFS"
    image.Manufacturer = image.ManufacturerModelName = "Saliscope phantom"
    image.SoftwareVersions, image.DeviceSerialNumber = "1", "1"
    image.PositionReferenceIndicator = ""


def _geometry(image, number):
    """Slices stacked from feet to head."""
    x, y, z = ORIGIN_MM
    image.FrameOfReferenceUID = uid("ct", "frame of reference")
    image.ImagePositionPatient = [f"{x:.4f}", f"{y:.4f}", f"{z + number * SLICE_MM:.4f}"]
    image.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    image.PixelSpacing = [str(PIXEL_MM), str(PIXEL_MM)]
    image.SliceThickness = str(SLICE_MM)
    image.SpacingBetweenSlices = str(SLICE_MM)
    image.SliceLocation = f"{z + number * SLICE_MM:.4f}"


def _acquisition(image, kind):
    image.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    image.DerivationDescription = "Computed phantom, no patient was exposed"
    image.KVP, image.ConvolutionKernel, image.GantryDetectorTilt = "120", "PHANTOM", "0"
    if kind == "contrast":
        agent = Dataset()
        agent.CodeValue, agent.CodingSchemeDesignator = "385420005", "SCT"
        agent.CodeMeaning = "Contrast agent"
        image.ContrastBolusAgent = "Simulated iodinated contrast"
        image.ContrastBolusAgentSequence = Sequence([agent])
        image.ContrastBolusRoute = "IV"


def _pixels(image, hu):
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = ROWS, COLUMNS
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = str(INTERCEPT), "1", "HU"
    image.WindowCenter, image.WindowWidth = "40", "400"
    image.LossyImageCompression, image.BurnedInAnnotation = "00", "NO"
    image.PixelData = (hu.astype("int32") - INTERCEPT).astype("<u2").tobytes()


def write_series(folder, kind, volume):
    """Write `volume` (int16 HU [slices, rows, columns]) as one file a slice; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, hu in enumerate(volume):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CT_IMAGE, uid("ct", kind, str(number))
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.ImplementationClassUID, meta.ImplementationVersionName = uid("implementation"), "SALISCOPE_SMPL"
        path = folder / f"{number + 1:03d}.dcm"
        image = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
        _identity(image, kind, number)
        _geometry(image, number)
        _acquisition(image, kind)
        _pixels(image, hu)
        image.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths
