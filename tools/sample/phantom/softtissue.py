"""Soft tissue: the density of trunk, lungs, heart, mediastinum, trachea, hila, stomach and breasts."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .grid import SIZE, ellipse_edge, gauss, soft_step


def trunk_and_lungs(rng, thorax):
    """Density of the body with its lungs, heart, mediastinum and airway; thicker below and in the middle."""
    off_midline, y, field, body = thorax.off_midline, thorax.y, thorax.field, thorax.body
    density = body * (0.60 + 0.06 * np.clip(y, -1, 1) + 0.05 * (1 - off_midline))
    density -= field * rng.uniform(0.36, 0.42)
    density += 0.05 * field * (np.clip((off_midline - 0.35) / 0.4, 0, 1) + np.clip(y, 0, 1))
    density += 0.27 * body * thorax.heart * field
    density += 0.14 * body * soft_step(0.15 + 0.05 * np.clip(y, 0, 1) - off_midline, 3)
    trachea = soft_step(0.035 - np.abs(thorax.x + 0.01), 1) * soft_step(-0.20 - y, 3)
    return density - 0.09 * trachea


def hila(thorax):
    """Density of the two hila, the left one slightly higher."""
    density = np.zeros_like(thorax.field)
    for side, centre_y in ((-1, 0.00), (1, -0.05)):
        across = (thorax.x - side * 0.19) / 0.065
        down = (thorax.y - centre_y) / 0.11
        density += 0.085 * np.exp(-(across**2 + down**2)) * thorax.field
    return density


def stomach_bubble(rng, thorax):
    """Air under the left dome in 70 % of the patients (negative density)."""
    if rng.random() >= 0.7:
        return np.zeros_like(thorax.field)
    edge = ellipse_edge((thorax.x - 0.36) / 0.13, (thorax.y - thorax.diaphragm - 0.14) / 0.055, 0.055)
    return -0.16 * soft_step(edge, 1.5) * (thorax.y > thorax.dome)


def parenchyma(rng, thorax):
    """Band-pass texture inside the lung fields."""
    grain = rng.normal(size=(SIZE, SIZE))
    strength = rng.uniform(0.006, 0.011)
    return 4 * strength * thorax.field * (gaussian_filter(grain, 1) - gaussian_filter(grain, 4))


def breasts(rng, thorax):
    """Breast shadows in 45 % of the patients, whatever the label."""
    density = np.zeros_like(thorax.field)
    if rng.random() >= 0.45:
        return density
    strength = rng.uniform(0.03, 0.08)
    centre_y = thorax.diaphragm - rng.uniform(0.02, 0.14)
    radius = rng.uniform(0.24, 0.33)
    fade = np.clip((thorax.y - centre_y + radius) / radius, 0, 1)
    for side in (-1, 1):
        edge = ellipse_edge((thorax.x - side * 0.42) / radius, (thorax.y - centre_y) / (radius * 0.85), radius)
        density += strength * thorax.body * soft_step(edge, 2.5) * fade
    return density
