"""Check the committed brain sample: python check_brain.py [--write].

Generator and files agree with brain/hashes.json; twins differ from their person inside the mask's soft region only; the card's
example comes out of ONNX Runtime; the network is right on the committed people.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

from brain.cohort import LABELS
from brain.documents import INPUT, OUTPUT
from brain.files import image_path, read_volume
from brain.learning import as_input
from brain.selection import select_people
from brain.space import atrophy_weight
from delivery.json_file import write_json

HERE = Path(__file__).parent
HASHES = HERE / "brain" / "hashes.json"
RESOURCES = HERE.parent.parent / "resources" / "sample"
CAPS = RESOURCES / "brain" / "caps"
COUNT = 2
EXAMPLE_TOLERANCE = 1e-3
LEAST_ACCURACY = 0.9


def digest(voxels):
    """SHA-256 over the voxels in RAS order as unsigned 16-bit little endian."""
    return hashlib.sha256(np.ascontiguousarray(voxels).astype("<u2").tobytes()).hexdigest()


def check_hashes(people):
    """Problems of generator and files against the stored hashes."""
    drawn = {person.id: digest(person.draw()) for person in people[:COUNT]}
    if "--write" in sys.argv:
        write_json(HASHES, {"algorithm": "sha256", "over": "voxels in RAS order, uint16 little endian", "people": drawn})
    expected = json.loads(HASHES.read_text())["people"]
    wrong = [f"generator: {name}" for name, value in drawn.items() if expected[name] != value]
    stored = {person.id: digest(read_volume(CAPS / image_path(person.id))) for person in people[:COUNT]}
    return wrong + [f"file: {name}" for name, value in stored.items() if expected[name] != value]


def check_twins(people):
    """Problems of the twins without atrophy: brighter inside, and not one voxel differs far outside."""
    problems, weight = [], atrophy_weight()
    for person in (one for one in people if one.twin):
        as_is = read_volume(CAPS / image_path(person.id)).astype(int)
        gone = read_volume(CAPS / image_path(person.id, "finding-removed")).astype(int) - as_is
        if gone[weight >= 0.5].mean() <= 0 or np.abs(gone[weight < 1e-3]).max() > 1:
            problems.append(f"{person.id}: the twin differs in the wrong place")
    return problems


def check_model(people):
    """Problems of the network on the committed people."""
    session = onnxruntime.InferenceSession(str(RESOURCES / "models" / "brain.onnx"), providers=["CPUExecutionProvider"])

    def answer(path):
        return session.run([OUTPUT], {INPUT: as_input(read_volume(path)[None]).numpy()})[0][0]

    example = json.loads((RESOURCES / "models" / "brain.card.json").read_text())["example"]
    problems = []
    if np.abs(answer(RESOURCES / example["image"]) - example["output"]).max() > EXAMPLE_TOLERANCE:
        problems.append("the card's example does not come out")
    right = np.mean([LABELS[int(answer(CAPS / image_path(one.id)).argmax())] == one.label for one in people])
    return problems + ([f"right on {right:.0%} of the people only"] if right < LEAST_ACCURACY else [])


def main():
    """Run all checks."""
    people = select_people()
    problems = check_hashes(people) + check_twins(people) + check_model(people)
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"{len(people)} brains, their twins, the network and its card agree")


if __name__ == "__main__":
    main()
