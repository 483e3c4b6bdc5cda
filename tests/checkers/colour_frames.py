"""Colour frames as pydicom reads them: colour_frames.py FILE OUT.npy writes [frame, row, column, 3] uint8, prints what is said of them."""

import json
import sys

import numpy as np
import pydicom

dataset = pydicom.dcmread(sys.argv[1])
frames = dataset.pixel_array
np.save(sys.argv[2], np.ascontiguousarray(frames if frames.ndim == 4 else frames[None]))
print(
    json.dumps(
        {
            "sopClass": str(dataset.SOPClassUID),
            "burnedIn": dataset.BurnedInAnnotation,
            "comments": dataset.ImageComments,
            "sources": [str(item.ReferencedSOPInstanceUID) for item in dataset.get("SourceImageSequence", [])],
            "derivation": dataset.DerivationDescription,
            "patient": str(dataset.PatientID),
            "study": str(dataset.StudyInstanceUID),
        }
    )
)
