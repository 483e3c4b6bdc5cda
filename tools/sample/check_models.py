"""Check experiment files, models and cards against the committed DICOM files: python check_models.py.

Every path exists; every card's example comes out of ONNX Runtime; every model is right on most committed cases.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from pydicom import dcmread

from delivery.onnx_file import INPUT, OUTPUT
from learning.scores import accuracy
from phantom.render import FULL_SCALE

HERE = Path(__file__).parent
RESOURCES = HERE.parent.parent / "resources" / "sample"
EXPERIMENTS = [RESOURCES / "experiment.json", RESOURCES / "demo-experiment.json", *sorted(HERE.glob("seeds/*-?.json"))]
EXAMPLE_TOLERANCE = 1e-3
LEAST_ACCURACY = 0.85


def missing_files(document, folder):
    """Paths named by an experiment that do not exist."""
    paths = [document["references"]["averageMask"]["path"]]
    for model in document["models"]:
        paths += [model["onnx"], model["card"]]
    for case in document["cases"]:
        paths += [case["image"], *(mask["path"] for mask in case["masks"])]
        paths += [variant["image"] for variant in case["variants"]]
    return [path for path in paths if not (folder / path).is_file()]


def case_logit(session, path):
    """A model's answer to one stored file, prepared as the cards say."""
    pixels = dcmread(path).pixel_array.astype(np.float32)
    return float(session.run([OUTPUT], {INPUT: (pixels / FULL_SCALE * 2 - 1)[None, None]})[0][0, 0])


def check_model(model, document, folder):
    """Problems of one model on an experiment's cases."""
    session = onnxruntime.InferenceSession(str(folder / model["onnx"]), providers=["CPUExecutionProvider"])
    example = json.loads((folder / model["card"]).read_text())["example"]
    problems = []
    if abs(case_logit(session, RESOURCES / example["image"]) - example["output"][0]) > EXAMPLE_TOLERANCE:
        problems.append(f"{model['id']}: the card's example does not come out")
    labels = [case["label"] == "lesion" for case in document["cases"]]
    right = accuracy(labels, [case_logit(session, folder / case["image"]) for case in document["cases"]])
    if right < LEAST_ACCURACY:
        problems.append(f"{model['id']}: right on {right:.0%} of the cases only")
    return problems


def main():
    """Check every experiment file."""
    problems = []
    for path in EXPERIMENTS:
        document = json.loads(path.read_text())
        problems += [f"{path.name}: {name} is missing" for name in missing_files(document, path.parent)]
        classifiers = [model for model in document["models"] if model["role"] == "classifier"]
        for model in [] if problems else classifiers:
            problems += check_model(model, document, path.parent)
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"{len(EXPERIMENTS)} experiment files, their models and cards agree with the committed cases")


if __name__ == "__main__":
    main()
