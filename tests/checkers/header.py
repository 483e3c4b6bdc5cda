"""Prints chosen elements of a DICOM file as pydicom reads them: header.py FILE KEYWORD…"""

import json
import sys

import pydicom


def plain(value):
    if isinstance(value, pydicom.Sequence):
        return [{element.keyword: plain(element.value) for element in item} for item in value]
    if isinstance(value, pydicom.multival.MultiValue):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (int, float)):
        return value
    return None if value is None else str(value)


dataset = pydicom.dcmread(sys.argv[1])
for keyword in sys.argv[2:]:
    if keyword not in dataset and keyword not in dataset.file_meta:
        sys.exit(f"no {keyword}")
found = {k: plain((dataset if k in dataset else dataset.file_meta)[k].value) for k in sys.argv[2:]}
print(json.dumps(found))
