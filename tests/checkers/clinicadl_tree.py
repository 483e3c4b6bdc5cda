"""Facts of a ClinicaDL interpretation folder, by nibabel: affine against the image, mean, tensors against NIfTI."""

import json
import sys
import zipfile
from pathlib import Path

import nibabel
import numpy as np


def tensor(path):
    """Values of a .pt file as they are stored."""
    with zipfile.ZipFile(path) as file:
        (name,) = [entry for entry in file.namelist() if entry.endswith("/data/0")]
        return np.frombuffer(file.read(name), "<f4")


def main(folder, image):
    """Print them as JSON."""
    volumes = {path.name: nibabel.load(path) for path in sorted(Path(folder).glob("*.nii.gz"))}
    arrays = {name: np.asarray(volume.dataobj) for name, volume in volumes.items()}
    individual = [array for name, array in arrays.items() if not name.startswith("mean_")]
    mean = arrays["mean_image-0_map.nii.gz"]
    affine = max(np.abs(volume.affine - nibabel.load(image).affine).max() for volume in volumes.values())
    same = all(
        np.array_equal(tensor(Path(folder) / name.replace(".nii.gz", ".pt")).reshape(array.shape), array)
        for name, array in arrays.items()
    )
    print(json.dumps({
        "affine": float(affine),
        "mean": float(np.abs(np.mean(individual, axis=0) - mean).max()),
        "tensor": bool(same),
        "signed": bool(min(array.min() for array in individual) < 0 < max(array.max() for array in individual)),
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
