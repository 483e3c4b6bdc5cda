"""Prediction and its rank and threshold scores."""

import numpy as np
import torch
from scipy.stats import rankdata

BATCH = 100


@torch.no_grad()
def logits(network, images):
    """One logit per image, evaluation mode, float array [n]."""
    network.eval()
    parts = [network(images[start : start + BATCH])[:, 0] for start in range(0, len(images), BATCH)]
    return torch.cat(parts).numpy()


def roc_auc(labels, scores):
    """Area under the ROC curve by ranks (ties count half)."""
    positive = np.asarray(labels) > 0.5
    ranks = rankdata(scores)
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def accuracy(labels, scores):
    """Share of images on the right side of logit 0."""
    return float(np.mean((np.asarray(scores) > 0) == (np.asarray(labels) > 0.5)))
