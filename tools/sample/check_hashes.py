"""Compare the generator and the committed DICOM files with hashes.json: python check_hashes.py [--write].

SHA-256 over the pixels as unsigned 16-bit little endian, row by row. The same bytes are the DICOM files' pixel data.
"""

import hashlib
import json
import sys
from pathlib import Path

from pydicom import dcmread

from delivery.json_file import write_json
from delivery.selection import select_cases

HERE = Path(__file__).parent
HASHES = HERE / "hashes.json"
CASES = HERE.parent.parent / "resources" / "sample" / "cases"
COUNT = 3


def digest(pixel_bytes):
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(pixel_bytes).hexdigest()


def generated():
    """Case id to hash for the first committed cases, drawn now."""
    return {case.id: digest(case.draw().pixels.astype("<u2").tobytes()) for case in select_cases()[:COUNT]}


def stored():
    """Case id to hash of the committed files' pixel data."""
    cases = select_cases()[:COUNT]
    return {case.id: digest(dcmread(CASES / f"{case.id}.dcm").PixelData) for case in cases}


def main():
    """Write the hashes, or fail where generator or files disagree with them."""
    if "--write" in sys.argv:
        write_json(HASHES, {"algorithm": "sha256", "over": "pixel data, uint16 little endian, 128 x 128",
                            "cases": generated()})
    expected = json.loads(HASHES.read_text())["cases"]
    wrong = [f"generator: {case}" for case, value in generated().items() if expected[case] != value]
    wrong += [f"file: {case}" for case, value in stored().items() if expected[case] != value]
    if wrong:
        raise SystemExit("differs from hashes.json: " + ", ".join(wrong) + " (pinned numpy and scipy installed?)")
    print(f"{COUNT} phantoms and their files agree with hashes.json")


if __name__ == "__main__":
    main()
