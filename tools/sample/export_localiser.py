"""Export the net that outlines lesions with its card: python export_localiser.py WORK RESOURCES; scores the test patients once."""

import sys
from pathlib import Path

import numpy as np
import torch

from delivery.card import NOT_FOR, TRAINED_ON, input_section
from delivery.json_file import write_json
from delivery.onnx_file import OUTPUT, check_against_torch, export
from delivery.selection import select_cases
from learning.outlines import mean_dice, pixel_logits
from learning.scores import accuracy, roc_auc
from learning.sets import as_input, load_set
from networks.unet import UNetLike

# Limits of DECISIONS.md, D17.
LEAST_DICE, LEAST_AUC = 0.75, 0.95


def measure(work, network):
    """Dice of the outlines and, of the highest pixel, AUC and accuracy, on the test patients under the leaking marker's renderings."""
    rows = []
    for policy, title in (("clean", "clean (marker independent of the label)"), ("leaky", "cued (marker leaks the label)")):
        data = load_set(work, f"test-{policy}")
        scores = pixel_logits(network, data.images)
        highest = scores.max((1, 2))
        rows.append({"set": f"test, {title}; mean Dice {mean_dice(data.masks, scores):.3f} over those with a lesion; AUC and accuracy of the highest pixel",
                     "n": len(scores), "auc": round(roc_auc(data.labels, highest), 4), "accuracy": round(accuracy(data.labels, highest), 4)})
        if mean_dice(data.masks, scores) < LEAST_DICE or rows[-1]["auc"] < LEAST_AUC:
            raise SystemExit(f"below the limits of D17: {rows[-1]}")
    return rows


def card(performance):
    """What the net expects and answers."""
    return {
        "version": 1, "id": "localiser", "name": "Lesion localiser (segmentation)", "architecture": UNetLike.architecture,
        "replicate": 1, "question": "Which pixels of this frontal chest phantom belong to a lesion?",
        "trainedOn": TRAINED_ON["train-clean"], "notFor": NOT_FOR, "licence": "MIT",
        "mode": {"kind": "image"}, "channels": {"kind": "copies"}, "input": input_section(),
        "outputs": [{"name": OUTPUT, "kind": "segmentation", "activation": "sigmoid", "labels": ["lesion"], "threshold": 0.5}],
        "targetLayers": [], "cascade": [], "performance": performance,
    }


def main(work, resources):
    """Write localiser.onnx and its card."""
    network = UNetLike()
    network.load_state_dict(torch.load(work / "runs" / "localiser.pt", weights_only=True))
    network = network.eval()
    folder = resources / "models"
    path = folder / "localiser.onnx"
    export(network, path)
    images = as_input(np.stack([case.draw().pixels for case in select_cases()[:5]]))
    difference = check_against_torch(network, path, images)
    performance = measure(work, network)
    write_json(folder / "localiser.card.json", card(performance))
    print(f"localiser: {path.stat().st_size} bytes, differs from PyTorch by {difference:.1e}", performance, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
