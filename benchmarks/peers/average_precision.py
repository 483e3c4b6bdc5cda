"""scikit-learn's average precision."""
import numpy
from sklearn.metrics import average_precision_score


def prepare(size: int):
    scores = numpy.random.default_rng(0).random(size * size).astype(numpy.float32)
    labels = numpy.zeros((size, size), dtype=numpy.int64)
    labels[200:500, 300:700] = 1
    flat = labels.ravel()
    return lambda: average_precision_score(flat, scores)
