"""Train the net that tells a CT slice with contrast medium: python train_contrast.py WORK; writes WORK/runs/contrast.pt and .json.

Seed, epochs and limits were frozen before training (DECISIONS.md, D17).
"""

import json
import sys
import time
from pathlib import Path

import torch

from ct.cohort import SPLITS, load_split
from learning.scores import accuracy, logits, roc_auc
from networks.inception import InceptionLike
from train import BATCH, PEAK_RATE, WEIGHT_DECAY, fit_epoch

SEED, EPOCHS = 88, 4


def main(work):
    """Train from the seed, note AUC and accuracy of the validation slices after each epoch."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    network = InceptionLike().to(memory_format=torch.channels_last)
    data, validation = load_split("train"), load_split("validation")
    optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * (len(data.images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, steps, pct_start=0.25)
    start, curve = time.time(), []
    for epoch in range(EPOCHS):
        loss = fit_epoch(network, data, optimizer, schedule, generator)
        scores = logits(network, validation.images)
        curve.append({"epoch": epoch + 1, "loss": round(loss, 4),
                      "validationAuc": round(roc_auc(validation.labels, scores), 4),
                      "validationAccuracy": round(accuracy(validation.labels, scores), 4)})
        print("contrast", curve[-1], f"{time.time() - start:.0f} s", flush=True)
    out = work / "runs"
    out.mkdir(exist_ok=True)
    torch.save(network.state_dict(), out / "contrast.pt")
    record = {"name": "contrast", "network": "inception", "seed": SEED, "trained_on": SPLITS["train"], "epochs": EPOCHS,
              "seconds": round(time.time() - start), "curve": curve,
              "parameters": sum(p.numel() for p in network.parameters())}
    (out / "contrast.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
