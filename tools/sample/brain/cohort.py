"""People of each split and their labels. No two splits share a seed, so no person is in two of them."""

from dataclasses import dataclass

import numpy as np

from .phantom import draw

LABELS = ("AD-like", "CN-like")
_ORDER = 999


@dataclass(frozen=True)
class Split:
    """People drawn from one seed, half of them with atrophy."""

    name: str
    seed: int
    people: int

    def targets(self):
        """Index into LABELS of every person, in a seeded order."""
        return np.random.default_rng([self.seed, _ORDER]).permutation(np.arange(self.people) % 2)

    def draw(self, person, atrophy=True):
        """One person's image; atrophy only where the label says so, and never when `atrophy` is false."""
        return draw(self.seed, person, atrophy and self.targets()[person] == 0)


TRAIN = Split("train", 31, 240)
VALIDATION = Split("validation", 32, 60)
TEST = Split("test", 33, 120)
