"""Bones: spine, ribs with bright cortices, clavicles and scapulae."""

import numpy as np

from .grid import gauss, soft_step

POSTERIOR_RIBS = 10
ANTERIOR_RIBS = 7


def _bone_profile(distance, cortex):
    """Flat marrow with two brighter cortices; `distance` in half widths from the bone's axis."""
    return np.exp(-(distance**4)) + cortex * gauss(distance - 1, 0.35)


def spine(rng, thorax):
    """Density of the vertebral column with its discs."""
    height, phase = rng.uniform(0.125, 0.14), rng.uniform(0, 6)
    vertebrae = 0.5 + 0.5 * np.cos(2 * np.pi * thorax.y / height + phase)
    return thorax.body * soft_step(0.075 - thorax.off_midline, 1.2) * (0.035 + 0.03 * vertebrae)


def _ribs(rng, thorax):
    """Both sets of ribs, height about 1."""
    pitch = rng.uniform(0.125, 0.145)
    first = thorax.top + rng.uniform(0.05, 0.10)
    half_width = rng.uniform(0.026, 0.034)
    outward = thorax.off_midline / thorax.width
    visible = soft_step(thorax.cage + 0.03 - thorax.off_midline, 2) * soft_step(thorax.off_midline - 0.06, 2)
    visible = visible * thorax.body
    bones = np.zeros_like(thorax.field)
    for i in range(POSTERIOR_RIBS):
        axis = first + i * pitch - 0.16 * outward + (0.20 + 0.03 * i) * outward**2
        bones += visible * _bone_profile(np.abs(thorax.y - axis) / half_width, 0.7) * (1 - 0.05 * i)
    lateral = soft_step(outward - 0.42, 4)  # the cartilage near the sternum does not show
    for i in range(ANTERIOR_RIBS):
        axis = first + 0.15 + i * pitch * 1.05 + 0.42 * np.clip(1 - outward, 0, 1) ** 1.5
        bones += 0.45 * visible * lateral * _bone_profile(np.abs(thorax.y - axis) / (half_width * 1.2), 0.5)
    return bones


def _shoulder_girdle(rng, thorax):
    """Clavicles and the inner edges of the scapulae, height about 1."""
    off_midline, y = thorax.off_midline, thorax.y
    bones = np.zeros_like(thorax.field)
    for on_side, tilt in zip((~thorax.on_patient_left, thorax.on_patient_left), rng.uniform(0.10, 0.22, 2)):
        axis = thorax.top + 0.20 - tilt * (off_midline - 0.1) + 0.05 * np.sin(6 * off_midline)
        length = soft_step(off_midline - 0.07, 1.5) * soft_step(0.80 - off_midline, 3)
        bones += 1.5 * on_side * length * _bone_profile(np.abs(y - axis) / 0.036, 0.6) * thorax.body
        blade = thorax.width - 0.03 + 0.12 * (y + 0.35) ** 2
        bones += 0.7 * on_side * gauss(off_midline - blade, 0.025) * soft_step(0.12 - np.abs(y + 0.33), 4) * thorax.body
    return bones


def ribs_and_girdle(rng, thorax):
    """Density of ribs, clavicles and scapulae; overlapping bones saturate."""
    strength = rng.uniform(0.055, 0.085)
    return strength * np.clip(_ribs(rng, thorax) + _shoulder_girdle(rng, thorax), 0, 2.2)
