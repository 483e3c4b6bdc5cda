"""Train the brain network and score it on validation people: python train_brain.py WORK; writes WORK/brain/brain.pt and .json."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

from brain.cohort import TRAIN, VALIDATION
from brain.learning import EPOCHS, SEED, fit, gradient, load, margins
from brain.space import atrophy_mask
from learning.scores import accuracy, roc_auc


def enrichment(maps, mask):
    """Share of the energy (sum of absolute values) inside the mask, over the mask's share of the voxels."""
    energy = np.abs(maps)
    return float(energy[..., mask].sum() / energy.sum() / mask.mean())


def validation_maps(network, images, targets):
    """Where the gradient of either node lies on the validation people with atrophy."""
    mask, ill = atrophy_mask(), images[targets == 0]
    rows = {}
    for node in (0, 1):
        maps = gradient(network, ill, node)
        rows[f"node{node}"] = {
            "groupEnrichment": round(enrichment(np.abs(maps).mean(0), mask), 2),
            "leastEnrichment": round(min(enrichment(one, mask) for one in maps), 2),
            "meanInside": float(maps.mean(0)[mask].mean()),
        }
    return rows


def main(work):
    """Draw, train, score, write."""
    out = work / "brain"
    out.mkdir(parents=True, exist_ok=True)
    images, targets = load(TRAIN)
    seen, seen_targets = load(VALIDATION)
    start, curve = time.time(), []

    def report(epoch, loss, network):
        scores = margins(network, seen)
        auc = roc_auc(seen_targets == 0, scores)
        row = {"epoch": epoch, "loss": round(loss, 4), "validationAuc": round(auc, 4),
               "validationAccuracy": round(accuracy(seen_targets == 0, scores), 4)}
        curve.append(row)
        print(row, f"{time.time() - start:.0f} s", flush=True)

    network = fit(images, targets, report)
    record = {"seed": SEED, "epochs": EPOCHS, "people": TRAIN.people, "seconds": round(time.time() - start),
              "parameters": sum(p.numel() for p in network.parameters()), "curve": curve,
              "maskShare": float(atrophy_mask().mean()),
              "validationMaps": validation_maps(network, seen, seen_targets)}
    torch.save(network.state_dict(), out / "brain.pt")
    (out / "brain.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record["validationMaps"], indent=2), record["maskShare"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
