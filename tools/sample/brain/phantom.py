"""One brain: folded grey matter, white matter, ventricles and deep nuclei, smoothly deformed; atrophy thins the tissue in the mask.

Independent random streams draw anatomy, atrophy and noise, so that the same person can be drawn without atrophy and
differs in nothing else.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from .space import GRID, SHAPE, atrophy_weight, ellipsoid

# Stored grey values: tissue 1.0 is 500; the card scales 0..700 to 0..1.
UNITS = 500
FULL_SCALE = 700
ATROPHY = 0.45
_PARTS = ("anatomy", "atrophy", "noise")


def _deformed(stream):
    """The template grid as this head sees it: size, place and a smooth deformation."""
    size = 1 + stream.normal(0, 0.02, (3, 1, 1, 1))
    bend = np.stack([gaussian_filter(stream.normal(size=SHAPE), 6) * 1.6 for _ in range(3)])
    return GRID * size + bend + stream.normal(0, 0.008, (3, 1, 1, 1))


def _pair(x, centre, radii, grid, edge):
    """The same soft ellipsoid left and right of the middle."""
    return np.maximum(*[ellipsoid((side * x, *centre), radii, grid, edge) for side in (-1, 1)])


def _tissue(stream):
    """Grey value of the tissue before atrophy and noise, about 0..1."""
    grid = _deformed(stream)
    fold = gaussian_filter(stream.normal(size=SHAPE), 1.4)
    fold /= fold.std()
    brain = ellipsoid((0, 0, 0), (0.74, 0.88, 0.72), grid, 0.03)
    core = ellipsoid((0, 0, 0.02), (0.60, 0.73, 0.57), grid, 0.05)
    white = np.clip(core + 0.10 * fold * core, 0, 1)
    wide = stream.uniform(0.85, 1.25)
    ventricles = _pair(0.12, (0.05, 0.10), (0.07 * wide, 0.32, 0.10 * wide), grid, 0.12)
    deep = _pair(0.24, (0.05, -0.02), (0.12, 0.20, 0.13), grid, 0.06)
    grey = brain * (1 - 0.9 * white) + 0.5 * deep * brain
    grey = np.clip(grey * (1 - ventricles) + 0.12 * brain * fold, 0, 1)
    return brain * (0.55 * grey + 0.95 * white * (1 - 0.4 * deep)) * (1 - 0.85 * ventricles)


def draw(seed, person, atrophy):
    """One person's image, uint16 [*SHAPE] in RAS order; `atrophy` false gives the same person without it."""
    streams = {part: np.random.default_rng([seed, person, k]) for k, part in enumerate(_PARTS)}
    tissue = _tissue(streams["anatomy"])
    strength = ATROPHY * streams["atrophy"].uniform(0.6, 1.2)
    if atrophy:
        tissue = tissue * (1 - strength * atrophy_weight())
    noise = streams["noise"]
    tissue = tissue * noise.uniform(0.9, 1.1) + noise.uniform(0.02, 0.035) * noise.normal(size=SHAPE)
    return np.round(np.clip(tissue, 0, FULL_SCALE / UNITS) * UNITS).astype(np.uint16)
