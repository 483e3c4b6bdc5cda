"""One slice of an upper abdomen: organs with their attenuation in HU, and how much of the contrast each takes up."""

from dataclasses import dataclass

import numpy as np

from .grid import COLUMNS, ROWS, ellipse

REGIONS = ("aorta", "inferior vena cava", "right kidney", "left kidney", "hepatic vessels")
AIR, FAT, SKIN, MUSCLE, BONE = -1000, -100, 50, 50, 330


@dataclass(frozen=True)
class Body:
    """What differs from patient to patient: size, place, vessels, kidneys, bowel gas."""

    scale: tuple
    shift: tuple
    aorta: float
    kidneys: tuple
    gas: float
    calcified: bool

    @classmethod
    def drawn(cls, stream):
        """A body from a random stream."""
        return cls(
            tuple(stream.uniform(0.94, 1.04, 2)), tuple(stream.normal(0, 0.015, 2)), stream.uniform(0.065, 0.082),
            tuple(stream.uniform(0.85, 1.05, 2)), stream.uniform(0, 1), bool(stream.random() < 0.4),
        )

    def shape(self, centre, radii, turn=0.0):
        """An ellipse of the template at this body's size and place."""
        place = [centre[axis] * self.scale[axis] + self.shift[axis] for axis in (0, 1)]
        return ellipse(place, [radii[axis] * self.scale[axis] for axis in (0, 1)], turn)


class Slice:
    """Paints tissue over tissue; remembers every region's share of each pixel."""

    def __init__(self):
        self.hu = np.full((ROWS, COLUMNS), AIR, np.float32)
        self.shares = {name: np.zeros((ROWS, COLUMNS), np.float32) for name in REGIONS}

    def put(self, weight, hu, region=None, uptake=1.0):
        """Lay a tissue over what is there; `uptake` is its part of the aorta's enhancement."""
        self.hu += weight * (hu - self.hu)
        if region is not None:
            self.shares[region] = np.maximum(self.shares[region], weight * uptake)


def draw_slice(body, z):
    """The slice at height `z` (-1 feet, 1 head)."""
    slice_ = Slice()
    _wall(slice_, body, z)
    _organs(slice_, body, z)
    _vessels(slice_, body, z)
    return slice_


def _wall(slice_, body, z):
    put, shape = slice_.put, body.shape
    put(shape((0, 0), (0.90, 0.68)), FAT)
    put(shape((0, 0), (0.82, 0.60)), SKIN)
    put(shape((0, -0.02), (0.74, 0.53)), -85)
    for rib in range(5):
        angle = rib * 0.7 - 1.4 + 0.3 * z
        put(shape((0.82 * np.sin(angle), 0.58 * np.cos(angle)), (0.05, 0.035), -angle), BONE)


def _organs(slice_, body, z):
    put, shape = slice_.put, body.shape
    head = max(z, 0)
    put(shape((-0.36, -0.08 - 0.02 * z), (0.42 * (1 - 0.25 * head), 0.40 - 0.12 * head), 0.3), 58)
    put(shape((0.42, -0.02), (0.20, 0.17 * (1 - 0.5 * abs(z + 0.4)))), 48)
    put(shape((0.22, -0.28), (0.26, 0.17), -0.3), 35)
    put(shape((0.25, -0.38), (0.14, 0.05)), -600 * body.gas - 200)
    put(shape((0, 0.42), (0.15, 0.12)), 160)
    put(shape((0, 0.45), (0.06, 0.05)), 30)
    for side in (-1, 1):
        put(shape((side * 0.20, 0.36), (0.12, 0.12)), MUSCLE)
    # The patient's right is the image's left.
    for side, name, size in ((-1, "right kidney", body.kidneys[0]), (1, "left kidney", body.kidneys[1])):
        height = np.sqrt(max(0, 1 - ((z - 0.25) / 0.85) ** 2))
        if height > 0.25:
            kidney = shape((side * 0.42, 0.24), (0.13 * size * height, 0.17 * size * height), side * 0.35)
            pelvis = shape((side * 0.38, 0.24), (0.05 * height, 0.07 * height))
            put(kidney, 33, name, 0.95 * (1 - 0.55 * pelvis))


def _vessels(slice_, body, z):
    put, shape = slice_.put, body.shape
    put(shape((0.06, 0.22), (body.aorta, body.aorta)), 42, "aorta")
    put(shape((-0.12, 0.20), (0.075, 0.055)), 42, "inferior vena cava", 0.75)
    for branch in range(3):
        centre = (-0.38 + 0.14 * np.sin(2 * z + branch * 2.1), -0.10 + 0.12 * np.cos(2.3 * z + 2 * branch))
        put(shape(centre, (0.028, 0.028)), 40, "hepatic vessels", 0.6)
    if body.calcified:
        put(shape((0.06 + body.aorta * 0.8, 0.22), (0.016, 0.016)), 500)
