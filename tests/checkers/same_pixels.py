"""Whether pairs of DICOM files hold the same pixel bytes, read by pydicom: prints a JSON list of {same, frames, patient, removed, codes}."""
import json
import sys

import pydicom

pairs = zip(sys.argv[1::2], sys.argv[2::2])
found = []
for first, second in pairs:
    a, b = pydicom.dcmread(first, force=True), pydicom.dcmread(second)
    same = all(a.get(k) == b.get(k) for k in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"))
    stated = a.file_meta.get("TransferSyntaxUID", b.file_meta.TransferSyntaxUID)
    same = same and stated == b.file_meta.TransferSyntaxUID
    found.append(
        {
            "same": bool(same),
            "patient": str(b.get("PatientID", "")),
            "removed": b.get("PatientIdentityRemoved"),
            "codes": [str(item.CodeValue) for item in b.DeidentificationMethodCodeSequence],
            "temporal": b.get("LongitudinalTemporalInformationModified"),
            "private": sum(1 for element in b.iterall() if element.tag.is_private),
        }
    )
print(json.dumps(found))
