"""Train the net that outlines lesions: python train_localiser.py WORK; writes WORK/runs/localiser.pt and .json.

Seed, epochs and limits were frozen before training (DECISIONS.md, D17).
"""

import json
import sys
import time
from pathlib import Path

import torch

from learning.outlines import augment_with_masks, mean_dice, overlap_loss, pixel_logits
from learning.scores import roc_auc
from learning.sets import load_set
from networks.unet import UNetLike
from train import BATCH, PEAK_RATE, WEIGHT_DECAY

SEED, EPOCHS = 77, 5


def fit_epoch(network, data, masks, training, generator):
    """One pass over the training patients; returns the mean loss."""
    optimizer, schedule = training
    network.train()
    order = torch.randperm(len(data.images), generator=generator)
    steps, total = len(order) // BATCH, 0.0
    for step in range(steps):
        pick = order[step * BATCH : (step + 1) * BATCH]
        images, outlines = augment_with_masks(data.images[pick], masks[pick], generator)
        loss = overlap_loss(network(images.contiguous(memory_format=torch.channels_last)), outlines)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
    return total / steps


def main(work):
    """Train from the seed, note Dice and AUC of the validation patients after each epoch."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    network = UNetLike().to(memory_format=torch.channels_last)
    data, validation = load_set(work, "train-clean"), load_set(work, "validation-clean")
    masks = torch.from_numpy(data.masks).float()[:, None]
    optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * (len(data.images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, steps, pct_start=0.25)
    start, curve = time.time(), []
    for epoch in range(EPOCHS):
        loss = fit_epoch(network, data, masks, (optimizer, schedule), generator)
        scores = pixel_logits(network, validation.images)
        curve.append({"epoch": epoch + 1, "loss": round(loss, 4), "validationDice": round(mean_dice(validation.masks, scores), 4),
                      "validationAuc": round(roc_auc(validation.labels, scores.max((1, 2))), 4)})
        print("localiser", curve[-1], f"{time.time() - start:.0f} s", flush=True)
    out = work / "runs"
    out.mkdir(exist_ok=True)
    torch.save(network.state_dict(), out / "localiser.pt")
    record = {"name": "localiser", "network": "unet", "seed": SEED, "trained_on": "train-clean", "epochs": EPOCHS,
              "seconds": round(time.time() - start), "curve": curve,
              "parameters": sum(p.numel() for p in network.parameters())}
    (out / "localiser.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
