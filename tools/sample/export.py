"""Export trained runs with their cards: python export.py WORK RESOURCES SEEDS SPLIT NAME [NAME ...].

Honest nets and `token` go to RESOURCES/models, the further token runs to SEEDS. SPLIT is `validation` while anything
may still change and `test` once, at the end: no other step reads the test sets. The figures go into the cards.
"""

import sys
from pathlib import Path

import numpy as np
import torch

from delivery.card import model_card
from delivery.json_file import write_json
from delivery.onnx_file import check_against_torch, export
from delivery.selection import select_cases
from learning.scores import accuracy, logits, roc_auc
from learning.sets import as_input, load_set
from networks.plan import BUILD, FINAL

RENDERINGS = {
    "clean": "clean (marker independent of the label)",
    "leaky": "cued (marker leaks the label)",
    "removed": "cue removed",
    "swapped": "cue swapped",
}
FURTHER_SEEDS = ("token-b", "token-c")


def load_network(work, name):
    """A trained run in evaluation mode."""
    network = BUILD[FINAL[name].network]()
    network.load_state_dict(torch.load(work / "runs" / f"{name}.pt", weights_only=True))
    return network.eval()


def measure(work, network, split):
    """AUC and accuracy at logit 0 on the four renderings of a split's patients."""
    rows = []
    for policy, title in RENDERINGS.items():
        data = load_set(work, f"{split}-{policy}")
        scores = logits(network, data.images)
        rows.append({"set": f"{split}, {title}", "n": len(scores), "auc": round(roc_auc(data.labels, scores), 4),
                     "accuracy": round(accuracy(data.labels, scores), 4)})
    return rows


def example(network):
    """The first committed case and its logit."""
    case = select_cases()[0]
    image = as_input(case.draw().pixels[None])
    return {"image": f"cases/{case.id}.dcm", "output": [round(float(logits(network, image)[0]), 4)]}


def export_run(work, name, folder, split):
    """Write NAME.onnx and NAME.card.json to `folder`."""
    network = load_network(work, name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    model = export(network, path)
    images = as_input(np.stack([case.draw().pixels for case in select_cases()[:5]]))
    difference = check_against_torch(network, path, images)
    measured = {"model": model, "performance": measure(work, network, split), "example": example(network)}
    write_json(folder / f"{name}.card.json", model_card(name, FINAL[name], network, measured))
    print(f"{name}: {path.stat().st_size} bytes, differs from PyTorch by {difference:.1e}", flush=True)
    print(measured["performance"], flush=True)


if __name__ == "__main__":
    work_folder, resources, seeds = (Path(argument) for argument in sys.argv[1:4])
    for requested in sys.argv[5:]:
        target_folder = seeds if requested in FURTHER_SEEDS else resources / "models"
        export_run(work_folder, requested, target_folder, sys.argv[4])
