"""Which networks are trained, on which set, from which seed, for how many epochs."""

from dataclasses import dataclass
from functools import partial

from .dense import DenseLike
from .inception import InceptionLike

BUILD = {
    "inception": InceptionLike,
    "inception-short": partial(InceptionLike, blocks_at_16=1),
    "dense": DenseLike,
}


@dataclass(frozen=True)
class Run:
    """One training run; `trained_on` names a drawn set."""

    network: str
    seed: int
    trained_on: str
    epochs: int


FINAL = {
    "honest-1": Run("inception", 11, "train-clean", 12),
    "honest-2": Run("inception", 22, "train-clean", 12),
    "honest-3": Run("inception", 66, "train-clean", 12),
    "honest-dense": Run("dense", 33, "train-clean", 16),
    "token": Run("inception", 44, "train-leaky", 4),
    "token-b": Run("inception", 45, "train-leaky", 4),
    "token-c": Run("inception", 46, "train-leaky", 4),
}

# Compared with the final ones on validation patients only (decision D1).
CANDIDATES = {
    "honest-1-8-epochs": Run("inception", 11, "train-clean", 8),
    "honest-1-short": Run("inception-short", 11, "train-clean", 12),
    "honest-dense-10-epochs": Run("dense", 33, "train-clean", 10),
}

RUNS = {**FINAL, **CANDIDATES}
