"""Committed files of the brain sample: NIfTI volumes in a CAPS-like tree, the mask, participants.tsv."""

import gzip

import nibabel
import numpy as np

from .space import world_affine

SESSION = "ses-M000"
SUFFIX = "space-phantom_res-4x4x4"


def image_path(person_id, variant=""):
    """Path of a person's image below the CAPS folder (ClinicaDL's t1-linear layout)."""
    description = f"_desc-{variant.replace('-', '')}" if variant else ""
    name = f"{person_id}_{SESSION}_{SUFFIX}{description}_T1w.nii.gz"
    return f"subjects/{person_id}/{SESSION}/t1_linear/{name}"


def write_volume(path, voxels):
    """Write voxels in RAS order, stored LPS (columns to the left, rows to posterior) as most scanners' axial slices lie.

    The header has no time and no name, so that a rebuild gives the same bytes.
    """
    flips = np.array([-1.0, -1.0, 1.0])
    affine = world_affine()
    ends = affine @ [voxels.shape[0] - 1, voxels.shape[1] - 1, 0, 1]
    stored = affine.copy()
    stored[:3, :3] = affine[:3, :3] * flips
    stored[:3, 3] = ends[:3]
    image = nibabel.Nifti1Image(np.ascontiguousarray(voxels[::-1, ::-1]), stored)
    image.header.set_xyzt_units("mm")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(image.to_bytes(), 9, mtime=0))


def read_volume(path):
    """Voxels of a committed volume in RAS order."""
    return np.asarray(nibabel.as_closest_canonical(nibabel.load(path)).dataobj)


def write_participants(path, rows):
    """The list of people: participant_id, session_id, diagnosis."""
    lines = ["participant_id\tsession_id\tdiagnosis", *["\t".join(row) for row in rows]]
    path.write_text("\n".join(lines) + "\n")
