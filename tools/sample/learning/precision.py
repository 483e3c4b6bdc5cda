"""Average precision of a map against a mask."""

import numpy as np


def average_precision(mask, scores):
    """Sum of precision over the recall steps; tied scores count as one step."""
    order = np.argsort(-scores.ravel(), kind="stable")
    sorted_scores, hits = scores.ravel()[order], np.cumsum(mask.ravel()[order])
    last_of_tie = np.append(np.flatnonzero(np.diff(sorted_scores)), len(order) - 1)
    found = hits[last_of_tie].astype(float)
    precision = found / (last_of_tie + 1)
    return float(np.sum(np.diff(found, prepend=0.0) / found[-1] * precision))
