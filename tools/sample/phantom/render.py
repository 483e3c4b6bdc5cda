"""One phantom radiograph: density to picture through exposure, focal blur, scatter and quantum noise."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from .anatomy import draw_anatomy
from .devices import draw_devices
from .grid import SIZE
from .lesions import LesionTruth, draw_lesions
from .marker import draw_marker
from .streams import patient_streams

FULL_SCALE = 4095


@dataclass
class Phantom:
    """One rendered patient: `pixels` uint16 0..4095 (bright = dense) and everything that is known about it."""

    pixels: np.ndarray
    lesions: LesionTruth
    lung: np.ndarray
    marker_box: list | None
    devices: list


def _expose(density, rng):
    """Detector value in [0, 1] before noise: gain, offset, focal blur, scatter, gamma."""
    gain, offset, gamma = rng.uniform(0.95, 1.12), rng.normal(0, 0.025), rng.uniform(0.85, 1.15)
    picture = np.clip(gain * (density + offset) / 0.95, 0, 1.2)
    picture = gaussian_filter(picture, 0.55) + 0.02 * gaussian_filter(picture, 12)
    return np.clip(picture, 0, 1) ** gamma


def _noise(rng, picture):
    """Quantum noise, slightly correlated, stronger where the picture is bright."""
    grain = rng.normal(size=(SIZE, SIZE))
    grain = 0.7 * grain + 0.6 * gaussian_filter(grain, 0.8)
    return rng.uniform(0.010, 0.022) * grain * (0.6 + picture)


def render(seed, patient, letter="", lesion=True):
    """The patient's picture with or without its lesion, wearing `letter`; all else is equal between calls."""
    rng = patient_streams(seed, patient)
    density, lung = draw_anatomy(rng["anatomy"])
    truth = draw_lesions(rng["lesion"], lung) if lesion else LesionTruth()
    devices, names = draw_devices(rng["devices"])
    marker, marker_box = draw_marker(rng["marker"], letter)

    picture = _expose(density + truth.added + devices, rng["exposure"])
    picture = picture + _noise(rng["noise"], picture)
    picture = np.clip(np.maximum(picture, 0.97 * marker), 0, 1)
    pixels = np.round(picture.astype(np.float32) * FULL_SCALE).astype(np.uint16)
    return Phantom(pixels, truth, lung > 0.5, marker_box, names)
