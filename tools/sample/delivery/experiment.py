"""Experiment files: which models, cases, methods and criteria are assessed together."""

from .card import REPLICATE
from .selection import select_cases

ARCHITECTURE = {name: "densenet-like" if name == "honest-dense" else "inception-like" for name in REPLICATE}
CRITERIA = ["performance", "localisation", "randomisation", "repeatability", "reproducibility", "cues", "answer-key"]
LOCALISER = {"id": "localiser", "onnx": "models/localiser.onnx", "card": "models/localiser.card.json",
             "architecture": "unet-like", "replicate": 1, "role": "localiser"}
EARLY_LAYER = "/mixed1/Concat_output_0"


def methods(sigma, models):
    """The full list of methods; the early CAM layer exists in the Inception-like models only."""
    with_early_layer = [name for name in models if ARCHITECTURE[name] == "inception-like"]
    return [
        "gradient",
        {"id": "gradient+sg2", "expr": "gradient+sg2", "params": {"sg.sigma": sigma, "sg.samples": 16}},
        {"id": "integrated-gradients", "expr": "integrated-gradients",
         "params": {"integrated-gradients.steps": 16, "integrated-gradients.baseline": "black"}},
        "guided-backprop",
        "gradcam",
        {"id": "gradcam-early", "expr": "gradcam", "params": {"gradcam.layer": EARLY_LAYER},
         "models": with_early_layer},
        {"id": "occlusion", "expr": "occlusion",
         "params": {"occlusion.window": "1,16,16", "occlusion.stride": "1,12,12", "occlusion.baseline": -1}},
        "edge",
    ]


def quick_methods(sigma, models):
    """The demo's methods: one or a few backward passes each, and one (the early CAM) that does not survive retraining."""
    return [
        "gradient",
        {"id": "gradient+sg2", "expr": "gradient+sg2", "params": {"sg.sigma": sigma, "sg.samples": 4}},
        "gradcam",
        {"id": "gradcam-early", "expr": "gradcam", "params": {"gradcam.layer": EARLY_LAYER},
         "models": [name for name in models if ARCHITECTURE[name] == "inception-like"]},
        "edge",
    ]


def _case(case, root):
    """One case row; the token's box is given where the letter that leaks the label is worn."""
    phantom = case.draw()
    mask = {"reader": "phantom", "path": f"{root}masks/{case.id}.png", "confidence": 1}
    return {
        "id": case.id, "patient": case.id, "session": None, "group": None, "split": "test",
        "image": f"{root}cases/{case.id}.dcm", "label": "lesion" if case.positive else "none",
        "masks": [mask] if case.positive else [], "boxes": phantom.lesions.boxes,
        "cues": [{"name": "token", "box": phantom.marker_box}] if case.positive else [],
        "variants": [{"id": variant, "image": f"{root}variants/{case.id}-{variant}.dcm"} for variant in case.variants],
    }


def case_rows(root="", limit=None):
    """Rows of the committed cases; `limit` = (positives, negatives) keeps the first of either label."""
    kept, left = [], dict(zip((True, False), limit or (None, None)))
    for case in select_cases():
        if left[case.positive] is not None:
            if left[case.positive] == 0:
                continue
            left[case.positive] -= 1
        kept.append(_case(case, root))
    return kept


def experiment(title, models, cases, method_list):
    """One experiment; `models` maps a model id to the path of its ONNX file, relative to the experiment file."""
    return {
        "version": 1, "title": title, "seed": 1, "target": "label", "grid": "model",
        "models": [
            {"id": name, "onnx": path, "card": path.replace(".onnx", ".card.json"), "architecture": ARCHITECTURE[name],
             "replicate": REPLICATE[name], "role": "classifier"}
            for name, path in models.items()
        ],
        "cases": cases,
        "methods": method_list,
        "criteria": [{"id": name} for name in CRITERIA],
        "references": {"averageMask": {"path": "average-mask.npy"}, "background": None},
        "regions": None, "sample": {"n": None, "seed": 1, "positivesOnly": False}, "preset": None,
    }
