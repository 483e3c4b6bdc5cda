"""Fix sigma, depth and epochs on validation patients (decision D1): python validate.py WORK OUT.json."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from delivery.json_file import write_json
from learning.precision import average_precision
from learning.saliency import gradient, smooth_squared
from learning.sets import load_set
from networks.plan import BUILD, RUNS

SIGMAS = (0.01, 0.02, 0.03, 0.05, 0.10)
SAMPLES = 16
IMAGES = 60
DEPTH_MARGIN = 0.005


def load_run(work, name):
    """A trained run in evaluation mode."""
    network = BUILD[RUNS[name].network]()
    network.load_state_dict(torch.load(work / "runs" / f"{name}.pt", weights_only=True))
    return network.eval()


def mean_precision(masks, maps):
    """Mean average precision over images, four digits."""
    return round(float(np.mean([average_precision(mask, one) for mask, one in zip(masks, maps)])), 4)


def choose_sigma(work):
    """Mean AP of `gradient+sg2` on 60 validation positives, honest-1, for every sigma; and two references."""
    data, network = load_set(work, "validation-clean"), load_run(work, "honest-1")
    pick = np.flatnonzero(data.labels.numpy() == 1)[:IMAGES]
    images, masks = data.images[pick], data.masks[pick]
    rows = []
    for sigma in SIGMAS:
        generator = torch.Generator().manual_seed(1)
        maps = [smooth_squared(network, image[None], sigma, SAMPLES, generator)[0, 0].numpy() for image in images]
        rows.append({"sigma": sigma, "meanAveragePrecision": mean_precision(masks, maps)})
        print(rows[-1], flush=True)
    training = load_set(work, "train-clean")
    average = training.masks[training.labels.numpy() == 1].mean(0)
    return {
        "images": len(pick), "samples": SAMPLES, "candidates": rows,
        "gradient": mean_precision(masks, gradient(network, images)[:, 0].abs().numpy()),
        "averageMask": mean_precision(masks, [average] * len(masks)),
        "prevalence": round(float(masks.mean()), 4),
        "chosen": max(rows, key=lambda row: row["meanAveragePrecision"])["sigma"],
    }


def last_epoch(work, name):
    """Final validation AUC and accuracy of a run, with its cost."""
    record = json.loads((work / "runs" / f"{name}.json").read_text())
    end = record["curve"][-1]
    return {"run": name, "network": record["network"], "epochs": record["epochs"], "parameters": record["parameters"],
            "validationAuc": end["validationAuc"], "validationAccuracy": end["validationAccuracy"],
            "seconds": record["seconds"]}


def choose_epochs(work, longer, shorter):
    """The candidate with the higher validation AUC (a tie goes to the longer)."""
    rows = [last_epoch(work, longer), last_epoch(work, shorter)]
    return {"candidates": rows, "chosen": max(rows, key=lambda row: row["validationAuc"])["epochs"]}


def choose_depth(work):
    """Four mixed blocks unless three gain more than the margin."""
    four, three = last_epoch(work, "honest-1"), last_epoch(work, "honest-1-short")
    gain = round(three["validationAuc"] - four["validationAuc"], 4)
    return {"candidates": [four, three], "gainOfThree": gain, "chosen": 3 if gain > DEPTH_MARGIN else 4}


def main(work, path):
    """Write all choices with the figures they rest on."""
    write_json(path, {
        "split": "validation (300 patients, none of them in training or test)",
        "sigma": choose_sigma(work),
        "inceptionEpochs": choose_epochs(work, "honest-1", "honest-1-8-epochs"),
        "depth": choose_depth(work),
        "denseEpochs": choose_epochs(work, "honest-dense", "honest-dense-10-epochs"),
        "others": [last_epoch(work, name) for name in ("honest-2", "honest-3", "token", "token-b", "token-c")],
    })


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
