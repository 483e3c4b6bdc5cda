"""Bright distractors, equally often in both classes: electrodes with leads, pacemakers, tubes."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .grid import PIXEL, SIZE, X, Y, empty, gauss, soft_step


def _electrodes(rng):
    """One to three ring electrodes, each with a lead running to the lower edge."""
    density = empty()
    for _ in range(rng.integers(1, 4)):
        x, y, radius = rng.uniform(-0.75, 0.75), rng.uniform(-0.6, 0.75), rng.uniform(0.022, 0.034)
        distance = np.hypot(X - x, Y - y)
        density += 0.30 * soft_step(radius - distance, 0.6)
        density += 0.12 * soft_step(0.012 - np.abs(distance - radius * 1.7), 0.6)
        end_x = x + rng.normal(0, 0.25)
        below = Y > y
        lead = np.abs((X - x) - (end_x - x) * (Y - y) / (1.05 - y)) * below
        density += 0.10 * gauss(lead, 0.011) * below
    return density


def _pacemaker(rng):
    """A rounded box below one clavicle with its wire to the heart."""
    side = rng.choice([-1, 1])
    x, y = side * rng.uniform(0.52, 0.62), rng.uniform(-0.52, -0.42)
    superellipse = (np.abs((X - x) / 0.12) ** 3 + np.abs((Y - y) / 0.09) ** 3) ** (1 / 3)
    density = 0.42 * soft_step((1 - superellipse) * 0.09, 0.8)
    t = np.linspace(0, 1, 120)
    columns = ((x * (1 - t) + 0.12 * t + 1) / PIXEL).astype(int)
    rows = ((y + 0.05 + (0.32 - y) * t**1.6 + 1) / PIXEL).astype(int)
    wire = empty()
    wire[np.clip(rows, 0, SIZE - 1), np.clip(columns, 0, SIZE - 1)] = 1
    return density + 0.28 * np.minimum(gaussian_filter(wire, 0.6) * 2, 1)


def _tube():
    """An endotracheal tube."""
    return 0.16 * gauss(X - 0.01 - 0.03 * np.sin(4 * Y), 0.013) * soft_step(-0.12 - Y, 1)


def draw_devices(rng):
    """(density, names) of the devices a patient carries; any of them may cover a lung."""
    density, names = empty(), []
    if rng.random() < 0.40:
        density = density + _electrodes(rng)
        names.append("electrodes")
    if rng.random() < 0.12:
        density = density + _pacemaker(rng)
        names.append("pacemaker")
    if rng.random() < 0.15:
        density = density + _tube()
        names.append("tube")
    return density.astype(np.float32), names
