"""The card of the brain network and its experiment file."""

from .cohort import LABELS, TRAIN
from .files import SESSION, image_path
from .phantom import FULL_SCALE
from .selection import select_people
from .space import SHAPE, VOXEL_MM

INPUT, OUTPUT = "image", "probability"
CRITERIA = ("performance", "localisation", "randomisation", "answer-key")


def card(network, tensors, measured):
    """What the network expects, answers and was measured at; `tensors` names its layers and weights in the file."""
    layers, cascade = tensors
    return {
        "version": 1, "id": "brain", "name": "Brain classifier, 3-D", "architecture": network.architecture, "replicate": 1,
        "question": "Does this brain phantom look like the group with medial temporal atrophy?",
        "trainedOn": f"{TRAIN.people} synthetic brains, half of them with atrophy in the known mask",
        "notFor": "Any real patient: it has only ever seen synthetic phantoms.", "licence": "MIT",
        "mode": {"kind": "volume"}, "channels": {"kind": "copies"},
        "input": {
            "name": INPUT, "layout": "NCDHW", "size": list(SHAPE), "channels": 1,
            "values": {"from": "range", "low": 0, "high": FULL_SCALE}, "mean": [0], "std": [1], "range": [0, 1],
            "photometric": "MONOCHROME2", "channelOrder": "grey", "orientation": "RAS", "spacingMm": [VOXEL_MM] * 3,
            "resize": "crop-pad", "interpolation": "linear",
        },
        "outputs": [{"name": OUTPUT, "kind": "probability", "activation": "softmax", "labels": list(LABELS),
                     "threshold": 0.5}],
        "targetLayers": layers, "black": [0], "white": [1], "cascade": cascade,
        "performance": measured["performance"], "example": measured["example"],
    }


def _case(person):
    """One person of the experiment; the mask is the same for everybody with atrophy."""
    mask = {"reader": "phantom", "path": "brain/atrophy-mask.nii.gz", "confidence": 1}
    twin = {"id": "finding-removed", "image": f"brain/caps/{image_path(person.id, 'finding-removed')}"}
    ill = person.label == LABELS[0]
    return {
        "id": person.id, "patient": person.id, "session": SESSION, "group": person.label, "split": "test",
        "image": f"brain/caps/{image_path(person.id)}", "label": person.label, "masks": [mask] if ill else [],
        "boxes": [], "cues": [], "variants": [twin] if person.twin else [],
    }


def experiment():
    """One model, all committed people, the methods defined for volumes."""
    return {
        "version": 1, "title": "Embedded sample: brain phantoms, 3-D classifier", "seed": 1, "target": "label",
        "grid": "model",
        "models": [{"id": "brain", "onnx": "models/brain.onnx", "card": "models/brain.card.json",
                    "architecture": "conv4-3d", "replicate": 1, "role": "classifier"}],
        "cases": [_case(person) for person in select_people()],
        "methods": [
            "gradient",
            {"id": "gradient+sg2", "expr": "gradient+sg2", "params": {"sg.sigma": 0.05, "sg.samples": 4}},
            {"id": "integrated-gradients", "expr": "integrated-gradients",
             "params": {"integrated-gradients.steps": 8, "integrated-gradients.baseline": "black"}},
            "gradcam",
            "edge",
        ],
        "criteria": [{"id": name} for name in CRITERIA],
        "references": {"averageMask": None, "background": None},
        "regions": None, "sample": {"n": None, "seed": 1, "positivesOnly": False}, "preset": None,
    }
