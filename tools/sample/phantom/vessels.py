"""Branching lung vessels: paths splatted on the grid, then blurred."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .grid import SIZE, column_of, empty, row_of

TRUNKS_PER_SIDE = 11


def _tree(rng, side, centre_y):
    """One trunk from the hilum and two branches, as (x, y, calibre) paths."""
    angle, length, bend = np.deg2rad(rng.uniform(-78, 82)), rng.uniform(0.25, 0.62), rng.normal(0, 0.25)
    t = np.linspace(0, 1, 90)
    trunk_x = side * (0.17 + length * t * np.cos(angle + bend * t))
    trunk_y = centre_y + length * t * np.sin(angle + bend * t)
    paths = [(trunk_x, trunk_y, 1 - 0.8 * t)]
    s = np.linspace(0, 1, 50)
    for _ in range(2):
        start = rng.integers(20, 70)
        turn = angle + rng.choice([-1, 1]) * rng.uniform(0.35, 0.8)
        reach = length * rng.uniform(0.25, 0.5)
        branch_x = trunk_x[start] + side * reach * s * np.cos(turn)
        branch_y = trunk_y[start] + reach * s * np.sin(turn)
        paths.append((branch_x, branch_y, 0.55 * (1 - 0.8 * s)))
    return paths


def _splat(target, path, weight):
    """Add `weight` to the pixels a path crosses."""
    columns, rows = column_of(path[0]), row_of(path[1])
    ok = (columns >= 0) & (rows >= 0) & (columns < SIZE) & (rows < SIZE)
    np.add.at(target, (rows[ok], columns[ok]), weight[ok])


def vessels(rng, thorax):
    """Density of the vessels inside the lung; thick ones are blurred more than thin ones."""
    thick, thin = empty(), empty()
    for side, centre_y in ((-1, 0.02), (1, -0.03)):
        for _ in range(TRUNKS_PER_SIDE):
            for path in _tree(rng, side, centre_y):
                calibre = path[2]
                _splat(thick, path, 0.5 * calibre**2)
                _splat(thin, path, 0.5 * calibre)
    blurred = 0.9 * gaussian_filter(np.minimum(thick, 1.2), 1.3) + 0.5 * gaussian_filter(np.minimum(thin, 0.8), 0.7)
    return rng.uniform(0.11, 0.17) * blurred * thorax.lung
