"""Lesions with their exact masks: sharp nodules and larger mottled opacities (the law is decision D1)."""

from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import binary_erosion, gaussian_filter
from scipy.ndimage import label as connected_components

from .grid import PIXEL, SIZE, X, Y, empty, soft_step

MASK_LEVEL = 0.35


@dataclass(frozen=True)
class LesionKind:
    """The law of one kind: radius in pixels, amplitude, and the shape of its edge."""

    name: str
    radius: tuple
    amplitude: tuple
    roundness: tuple
    wobble: float
    edge: float
    mottled: bool


NODULE = LesionKind("nodule", (4.5, 8), (0.14, 0.25), (0.75, 1.0), 0.02, 1.0, False)
OPACITY = LesionKind("opacity", (8, 13), (0.12, 0.21), (0.6, 1.0), 0.08, 2.2, True)


@dataclass
class LesionTruth:
    """What was drawn: `added` density, `mask`, one box [x0, y0, x1, y1] (far edge exclusive) and one row per lesion."""

    added: np.ndarray = field(default_factory=empty)
    mask: np.ndarray = field(default_factory=lambda: np.zeros((SIZE, SIZE), bool))
    boxes: list = field(default_factory=list)
    rows: list = field(default_factory=list)


def _centre(rng, lung, radius):
    """Uniform in the lung eroded by half the radius, or None where nothing is left."""
    room = binary_erosion(lung > 0.8, iterations=max(2, int(radius / 2)))
    rows, columns = np.nonzero(room)
    if len(rows) == 0:
        return None
    pick = rng.integers(len(rows))
    return X[0, columns[pick]], Y[rows[pick], 0]


def _alpha(rng, kind, centre, radius):
    """Opacity 0 to about 1 of a wobbly ellipse."""
    dx, dy = X - centre[0], Y - centre[1]
    polar = np.arctan2(dy, dx)
    roundness, turn = rng.uniform(*kind.roundness), rng.uniform(0, np.pi)
    wobble = 1 + sum(kind.wobble * rng.normal() * np.cos(m * polar + rng.uniform(0, 6)) for m in (2, 3, 5))
    along = dx * np.cos(turn) + dy * np.sin(turn)
    across = -dx * np.sin(turn) + dy * np.cos(turn)
    distance = np.sqrt(along**2 / roundness + across**2) / wobble
    alpha = soft_step(radius * PIXEL - distance, kind.edge)
    if kind.mottled:
        alpha = alpha * np.clip(1 + 1.32 * gaussian_filter(rng.normal(size=(SIZE, SIZE)), 2), 0.45, 1.4)
    return alpha


def _largest_part(mask):
    """The largest connected component, or None of an empty mask."""
    parts, count = connected_components(mask)
    if count == 0:
        return None
    return parts == 1 + np.argmax(np.bincount(parts.ravel())[1:])


def _box(mask):
    """[x0, y0, x1, y1] of a mask, far edge exclusive."""
    rows, columns = np.nonzero(mask)
    return [int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1]


def draw_lesions(rng, lung):
    """One lesion or (25 %) two inside `lung`, clipped by it."""
    truth = LesionTruth()
    for _ in range(1 + int(rng.random() < 0.25)):
        kind = NODULE if rng.random() < 0.5 else OPACITY
        radius, amplitude = rng.uniform(*kind.radius), rng.uniform(*kind.amplitude)
        centre = _centre(rng, lung, radius)
        if centre is None:
            continue
        alpha = np.clip(_alpha(rng, kind, centre, radius) * lung, 0, 1).astype(np.float32)
        mask = _largest_part(alpha >= MASK_LEVEL)
        if mask is None:
            continue
        truth.added = np.maximum(truth.added, np.float32(amplitude) * alpha)
        truth.mask |= mask
        truth.boxes.append(_box(mask))
        truth.rows.append({"kind": kind.name, "radiusPx": round(float(radius), 2),
                           "amplitude": round(float(amplitude), 4), "areaPx": int(mask.sum())})
    return truth
