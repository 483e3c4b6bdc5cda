"""DICOM Parametric Maps as highdicom and pydicom read them: parametric_map.py FILE OUT.npy [FILE OUT.npy…]

Writes each map's real-world values as [slice, row, column] float32 and prints what highdicom says of it.
"""

import json
import sys
import warnings

import highdicom as hd
import numpy as np
import pydicom

warnings.simplefilter("ignore")


def seen(path, out):
    dataset = pydicom.dcmread(path)
    stored = dataset.pixel_array
    image = hd.imread(path)
    shared = dataset.SharedFunctionalGroupsSequence[0]
    affine = None
    values = stored if stored.ndim == 3 else stored[None]
    if "PlaneOrientationSequence" in shared:
        volume = image.get_volume(apply_real_world_transform=True, apply_modality_transform=False)
        affine = volume.affine.tolist()
        values = volume.array
    np.save(out, np.ascontiguousarray(values, dtype="<f4"))
    mapping = shared.RealWorldValueMappingSequence[0]
    sources = [
        source.ReferencedSOPInstanceUID
        for frame in dataset.PerFrameFunctionalGroupsSequence
        for derivation in frame.DerivationImageSequence
        for source in derivation.SourceImageSequence
    ]
    return {
        "shape": list(values.shape),
        "affine": affine,
        "storedEqual": bool(np.array_equal(np.sort(stored.ravel()), np.sort(values.ravel()))),
        "unit": mapping.MeasurementUnitsCodeSequence[0].CodeValue,
        "quantity": mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0].CodeValue,
        "sources": sources,
        "contribution": dataset.ContributingEquipmentSequence[0].ContributionDescription,
    }


print(json.dumps([seen(path, out) for path, out in zip(sys.argv[1::2], sys.argv[2::2])]))
