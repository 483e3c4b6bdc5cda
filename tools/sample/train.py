"""Train runs of the plan: python train.py WORK NAME [NAME ...]; reads WORK/sets, writes WORK/runs/NAME.pt and .json."""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from learning.augment import augment
from learning.scores import accuracy, logits, roc_auc
from learning.sets import load_set
from networks.plan import BUILD, RUNS

BATCH = 32
PEAK_RATE = 4e-3
WEIGHT_DECAY = 1e-2


def fit_epoch(network, data, optimizer, schedule, generator):
    """One pass over the training patients; returns the mean loss."""
    network.train()
    order = torch.randperm(len(data.images), generator=generator)
    steps, total = len(order) // BATCH, 0.0
    for step in range(steps):
        pick = order[step * BATCH : (step + 1) * BATCH]
        batch = augment(data.images[pick], generator).contiguous(memory_format=torch.channels_last)
        loss = F.binary_cross_entropy_with_logits(network(batch)[:, 0], data.labels[pick])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
    return total / steps


def train(work, name):
    """Train one run from its seed and write its weights and its curve."""
    run = RUNS[name]
    torch.manual_seed(run.seed)
    generator = torch.Generator().manual_seed(run.seed)
    network = BUILD[run.network]().to(memory_format=torch.channels_last)
    data = load_set(work, run.trained_on)
    validation = load_set(work, run.trained_on.replace("train", "validation"))
    optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    steps = run.epochs * (len(data.images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, steps, pct_start=0.25)
    start, curve = time.time(), []
    for epoch in range(run.epochs):
        loss = fit_epoch(network, data, optimizer, schedule, generator)
        scores = logits(network, validation.images)
        auc = roc_auc(validation.labels, scores)
        curve.append({"epoch": epoch + 1, "loss": round(loss, 4), "validationAuc": round(auc, 4),
                      "validationAccuracy": round(accuracy(validation.labels, scores), 4)})
        print(name, curve[-1], f"{time.time() - start:.0f} s", flush=True)
    out = work / "runs"
    out.mkdir(exist_ok=True)
    torch.save(network.state_dict(), out / f"{name}.pt")
    record = {"name": name, **vars(run), "seconds": round(time.time() - start), "curve": curve,
              "parameters": sum(p.numel() for p in network.parameters())}
    (out / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    for requested in sys.argv[2:]:
        train(Path(sys.argv[1]), requested)
