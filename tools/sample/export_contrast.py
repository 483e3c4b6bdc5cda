"""Export the net that tells a CT slice with contrast medium: python export_contrast.py WORK RESOURCES; scores the test slices once."""

import sys
from pathlib import Path

import numpy as np
import torch

from ct.cohort import SPLITS, WINDOW_CENTRE, WINDOW_WIDTH, load_split, windowed
from ct.study import draw_study
from delivery.card import cascade, target_layers
from delivery.json_file import write_json
from delivery.onnx_file import INPUT, OUTPUT, check_against_torch, export
from learning.scores import accuracy, logits, roc_auc
from networks.inception import InceptionLike

# Limit of DECISIONS.md, D17.
LEAST_AUC = 0.95


def measure(network):
    """AUC and accuracy of the test slices, and of whole series by their highest slice."""
    data = load_split("test")
    scores, labels = logits(network, data.images), data.labels.numpy()
    series = scores.reshape(2 * SPLITS["test"][1], -1).max(1)
    series_labels = labels.reshape(len(series), -1)[:, 0]
    rows = [
        {"set": "test, slices of 20 phantoms scanned without and with contrast medium", "n": len(scores),
         "auc": round(roc_auc(labels, scores), 4), "accuracy": round(accuracy(labels, scores), 4)},
        {"set": "test, whole series by the highest slice", "n": len(series),
         "auc": round(roc_auc(series_labels, series), 4), "accuracy": round(accuracy(series_labels, series), 4)},
    ]
    if rows[0]["auc"] < LEAST_AUC:
        raise SystemExit(f"below the limit of D17: {rows[0]}")
    return rows


def card(network, model, performance):
    """What the net expects and answers: every slice of a CT series by itself, the highest answer counts."""
    return {
        "version": 1, "id": "contrast", "name": "Contrast medium classifier", "architecture": network.architecture,
        "replicate": 1, "question": "Was this abdominal CT phantom scanned with contrast medium?",
        "trainedOn": f"{SPLITS['train'][1]} synthetic abdomens, each scanned without and with contrast medium",
        "notFor": "Any real patient: it has only ever seen synthetic phantoms.", "licence": "MIT",
        "mode": {"kind": "slice", "axis": "k", "selection": "all", "aggregate": "max"}, "channels": {"kind": "copies"},
        "input": {
            "name": INPUT, "layout": "NCHW", "size": [128, 128], "channels": 1,
            "values": {"from": "window", "center": WINDOW_CENTRE, "width": WINDOW_WIDTH}, "mean": [0.5], "std": [0.5],
            "range": [-1, 1], "photometric": "MONOCHROME2", "channelOrder": "grey", "orientation": "as-stored",
            "spacingMm": None, "resize": "stretch", "interpolation": "linear",
        },
        "outputs": [{"name": OUTPUT, "kind": "logit", "activation": "sigmoid", "labels": ["contrast"], "threshold": 0.5}],
        "targetLayers": target_layers(network, model), "black": [-1], "white": [1],
        "cascade": cascade(network, model), "performance": performance,
    }


def main(work, resources):
    """Write contrast.onnx and its card."""
    network = InceptionLike()
    network.load_state_dict(torch.load(work / "runs" / "contrast.pt", weights_only=True))
    network = network.eval()
    folder = resources / "models"
    path = folder / "contrast.onnx"
    model = export(network, path)
    study = draw_study()
    images = windowed(np.concatenate([study.plain[10:12], study.contrast[10:12]]))
    difference = check_against_torch(network, path, images)
    performance = measure(network)
    write_json(folder / "contrast.card.json", card(network, model, performance))
    print(f"contrast: {path.stat().st_size} bytes, differs from PyTorch by {difference:.1e}", performance)
    print("committed phantom, logits of slices:", [np.round(logits(network, windowed(scan)), 1).tolist() for scan in (study.plain, study.contrast)])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
