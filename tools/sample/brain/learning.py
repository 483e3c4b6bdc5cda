"""Training and scoring of the brain network with PyTorch on the CPU."""

import numpy as np
import torch
import torch.nn.functional as F

from .network import BrainNet
from .phantom import FULL_SCALE

SEED = 55
EPOCHS = 10
BATCH = 8
PEAK_RATE = 5e-3
WEIGHT_DECAY = 1e-2
SHIFT = 2
GAIN_SD = 0.05


def as_input(images):
    """Stored images [n, *SHAPE] to network input [n, 1, *SHAPE], 0..1."""
    return torch.from_numpy(np.asarray(images, np.float32) / FULL_SCALE)[:, None]


def load(split):
    """All images of a split as network input, and their targets."""
    images = np.stack([split.draw(person) for person in range(split.people)])
    return as_input(images), torch.from_numpy(split.targets())


def _augment(images, generator):
    """The batch shifted by up to two voxels, each image with a gain of its own."""
    steps = torch.randint(-SHIFT, SHIFT + 1, (3,), generator=generator).tolist()
    gain = 1 + GAIN_SD * torch.randn(len(images), 1, 1, 1, 1, generator=generator)
    return (torch.roll(images, steps, (2, 3, 4)) * gain).clamp(0, 1)


def _epoch(network, images, targets, state):
    """One pass over the training people; returns the mean loss."""
    optimizer, schedule, generator = state
    network.train()
    order = torch.randperm(len(images), generator=generator)
    losses = []
    for start in range(0, len(order) - BATCH + 1, BATCH):
        pick = order[start : start + BATCH]
        loss = F.cross_entropy(network(_augment(images[pick], generator)), targets[pick])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def fit(images, targets, report):
    """A network trained from its seed; `report(epoch, loss, network)` is called after every epoch."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    network = BrainNet()
    optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, EPOCHS * (len(images) // BATCH))
    for epoch in range(EPOCHS):
        loss = _epoch(network, images, targets, (optimizer, schedule, generator))
        report(epoch + 1, loss, network)
    return network.eval()


@torch.no_grad()
def margins(network, images):
    """Logit of AD-like minus logit of CN-like, evaluation mode, float array [n]."""
    network.eval()
    parts = [network(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
    logits = torch.cat(parts)
    return (logits[:, 0] - logits[:, 1]).numpy()


def gradient(network, images, node):
    """Gradient of one logit at the images, float array [n, *SHAPE]."""
    slopes = []
    for image in images.split(1):
        image = image.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(network(image)[:, node].sum(), image)
        slopes.append(slope[:, 0])
    return torch.cat(slopes).numpy()
