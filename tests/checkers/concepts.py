"""Coded concepts looked up in pydicom's copy of the standard: reads [[value, scheme], …] from FILE, prints the meanings or null."""

import json
import sys

from pydicom.sr._concepts_dict import concepts

wanted = json.load(open(sys.argv[1]))
known = {}
for scheme in ("SCT", "DCM"):
    for names in concepts[scheme].values():
        for value, (meaning, *_) in names.items():
            known.setdefault((value, scheme), []).append(meaning)
print(json.dumps([known.get((value, scheme)) for value, scheme in wanted]))
