"""What nibabel reads of NIfTI files: affines, codes, units, type and voxels (float32, x fastest, in base 64). Usage: nifti.py FILE…"""
import base64
import json
import sys

import nibabel
import numpy as np

found = []
for path in sys.argv[1:]:
    image = nibabel.load(path)
    qform, qcode = image.get_qform(coded=True)
    sform, scode = image.get_sform(coded=True)
    data = np.asarray(image.dataobj)
    if data.dtype.names:
        data = np.stack([data[name] for name in data.dtype.names])
    found.append(
        {
            "affine": image.affine.tolist(),
            "qform": None if qform is None else qform.tolist(),
            "codes": [int(qcode), int(scode)],
            "units": image.header.get_xyzt_units()[0],
            "zooms": [float(size) for size in image.header.get_zooms()],
            "dtype": str(image.get_data_dtype()),
            "shape": list(image.shape),
            "description": image.header["descrip"].tobytes().rstrip(b"\0").decode(),
            "voxels": base64.b64encode(data.astype("<f4").ravel("F").tobytes()).decode(),
        }
    )
print(json.dumps(found))
