"""Outline of the chest: pose, cage, mediastinum, diaphragm, heart and body, as soft masks."""

from dataclasses import dataclass

import numpy as np

from .grid import X, Y, ellipse_edge, gauss, soft_step


@dataclass
class Thorax:
    """Shapes that every other part hangs on; arrays are SIZE x SIZE, `x` and `y` the posed coordinates."""

    x: np.ndarray
    y: np.ndarray
    off_midline: np.ndarray
    on_patient_left: np.ndarray
    width: float
    top: float
    diaphragm: float
    cage: np.ndarray
    dome: np.ndarray
    body: np.ndarray
    field: np.ndarray
    heart: np.ndarray
    lung: np.ndarray


def _pose(rng):
    """Rotated, scaled and shifted coordinates: how the patient stands before the detector."""
    angle = np.deg2rad(rng.normal(0, 2.0))
    scale_x, scale_y = rng.uniform(0.93, 1.06, 2)
    shift_x, shift_y = rng.normal(0, 0.025, 2)
    x, y = X - shift_x, Y - shift_y
    turned_x = (np.cos(angle) * x + np.sin(angle) * y) / scale_x
    turned_y = (-np.sin(angle) * x + np.cos(angle) * y) / scale_y
    return turned_x, turned_y


def _heart(rng, x, y, diaphragm):
    """Soft mask of an oblique ellipse resting on the left dome."""
    centre_x = rng.uniform(0.10, 0.17)
    centre_y = diaphragm - rng.uniform(0.20, 0.26)
    long_axis, short_axis = rng.uniform(0.27, 0.36), rng.uniform(0.22, 0.28)
    cosine, sine = np.cos(0.6), np.sin(0.6)
    along = (x - centre_x) * cosine + (y - centre_y) * sine
    across = -(x - centre_x) * sine + (y - centre_y) * cosine
    return soft_step(ellipse_edge(along / long_axis, across / short_axis, short_axis), 1.3)


def _body(rng, off_midline, y):
    """Soft mask of neck, shoulders and trunk."""
    neck, trunk = rng.uniform(0.22, 0.28), rng.uniform(0.90, 1.02)
    shoulder = neck + (trunk - neck) / (1 + np.exp(-(y + 0.80) / 0.035))
    return soft_step(shoulder - 0.03 * gauss(y - 0.1, 0.3) - off_midline, 1.5)


def _mediastinum_edge(left, y, top):
    """Half width of the mediastinum, with the aortic knob on the left and the right atrium on the right."""
    knob = 0.04 * gauss(y + 0.33, 0.07)
    atrium = 0.03 * gauss(y - 0.25, 0.2)
    return 0.115 + 0.13 * gauss(y - top, 0.16) + np.where(left, knob, atrium)


def draw_thorax(rng):
    """Draw one patient's outline from the anatomy stream."""
    x, y = _pose(rng)
    off_midline, left = np.abs(x), x > 0  # the patient's left is on the viewer's right
    width, top, diaphragm = rng.uniform(0.70, 0.78), rng.uniform(-0.80, -0.72), rng.uniform(0.40, 0.56)

    depth = np.clip((y - top) / (0.62 - top), 0, 1)
    cage = 0.30 + (width - 0.30) * (1 - (1 - depth) ** 2.6) ** 0.6
    dome = diaphragm + np.where(left, 0.035, 0) + 0.20 * (np.abs(off_midline - 0.36) / 0.38) ** 2.4
    apex = top + 1.6 * (off_midline - 0.34) ** 2
    inside = np.minimum.reduce(
        [cage - off_midline, off_midline - _mediastinum_edge(left, y, top), y - apex, dome - y]
    )

    heart = _heart(rng, x, y, diaphragm)
    field = soft_step(inside, 1.2)
    body = _body(rng, off_midline, y)
    lung = field * (1 - heart)
    return Thorax(x, y, off_midline, left, width, top, diaphragm, cage, dome, body, field, heart, lung)
