"""Check the committed CT phantom: python check_ct.py.

The generator gives the committed bytes again; the two series differ in nothing but contrast, noise and names; the
regions enhance and nothing else does much; NIfTI labelmap and DICOM SEG are the same voxels.
"""

import tempfile
from pathlib import Path

import highdicom
import nibabel
import numpy as np
from pydicom import dcmread

from ct.abdomen import REGIONS
from ct.grid import SLICES
from export_ct import main as export

FOLDER = Path(__file__).parent.parent.parent / "resources" / "sample" / "ct"
LARGEST = 2_000_000
# Mean change in a region at least, and of everything outside at most, in HU.
ENHANCED, UNCHANGED = 50, 10


def series(kind):
    """The committed slices of a series, in order of their position."""
    images = [dcmread(path) for path in sorted((FOLDER / kind).glob("*.dcm"))]
    return sorted(images, key=lambda image: float(image.ImagePositionPatient[2]))


def hounsfield(images):
    """HU [slices, rows, columns]."""
    return np.stack([image.pixel_array * float(image.RescaleSlope) + float(image.RescaleIntercept) for image in images])


def rebuilt():
    """Files whose bytes a rebuild would change."""
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder))
        again = Path(folder) / "ct"
        names = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
        return [str(name) for name in names if (FOLDER / name).read_bytes() != (again / name).read_bytes()]


def main():
    """Fail with what is wrong, or say what was checked."""
    plain, contrast = series("plain"), series("contrast")
    assert len(plain) == len(contrast) == SLICES
    assert [image.ImagePositionPatient for image in plain] == [image.ImagePositionPatient for image in contrast]
    assert "ContrastBolusAgent" not in plain[0] and "ContrastBolusAgent" in contrast[0]
    labelmap = nibabel.load(FOLDER / "regions.nii.gz")
    regions = np.asarray(labelmap.dataobj).transpose(2, 1, 0)
    change = hounsfield(contrast) - hounsfield(plain)
    means = {name: change[regions == index + 1].mean() for index, name in enumerate(REGIONS)}
    assert min(means.values()) > ENHANCED, means
    assert abs(change[regions == 0].mean()) < UNCHANGED
    x, y, z = (float(value) for value in plain[0].ImagePositionPatient)
    assert np.allclose(labelmap.affine @ [0, 0, 0, 1], [-x, -y, z, 1])
    seg = highdicom.seg.segread(FOLDER / "regions.dcm")
    planes = seg.get_pixels_by_source_instance(
        [image.SOPInstanceUID for image in contrast], assert_missing_frames_are_empty=True
    )
    for index in range(len(REGIONS)):
        assert np.array_equal(planes[..., index], regions == index + 1), REGIONS[index]
    size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
    assert size < LARGEST, size
    changed = rebuilt()
    assert not changed, f"a rebuild changes {changed}"
    words = ", ".join(f"{name} +{mean:.0f} HU" for name, mean in means.items())
    print(f"CT phantom: 2 x {SLICES} slices, {size} bytes, rebuilt byte for byte; {words}")


if __name__ == "__main__":
    main()
