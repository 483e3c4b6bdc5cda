"""One patient scanned twice: without contrast medium and with it. Anatomy is the same; noise differs, as in real life."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from .abdomen import REGIONS, Body, draw_slice
from .grid import COLUMNS, ROWS, SLICES, heights

SEED, PATIENT = 41, 1
_PARTS = ("body", "texture", "contrast", "noise-plain", "noise-contrast")
# A pixel belongs to a region when it takes up at least this part of the aorta's enhancement.
MEMBER = 0.4
LIVER_HU = 35


@dataclass(frozen=True)
class Study:
    """Both series, int16 HU [slices, rows, columns], and the labelmap of what enhances (index + 1 of REGIONS)."""

    plain: np.ndarray
    contrast: np.ndarray
    regions: np.ndarray
    enhancement_hu: float


def draw_study(seed=SEED, patient=PATIENT):
    """One patient's two scans; without arguments the committed study."""
    streams = {part: np.random.default_rng([seed, patient, number]) for number, part in enumerate(_PARTS)}
    body = Body.drawn(streams["body"])
    enhancement = float(streams["contrast"].uniform(140, 200))
    slices = [draw_slice(body, z) for z in heights()]
    base = np.stack([slice_.hu for slice_ in slices])
    texture = np.stack([gaussian_filter(streams["texture"].normal(size=(ROWS, COLUMNS)), 1.5) for _ in slices])
    base = base + 10 * texture * (base > -300)
    shares = np.stack([[slice_.shares[name] for name in REGIONS] for slice_ in slices])
    uptake = shares.max(1)
    liver = body.shape((-0.36, -0.08), (0.40, 0.36), 0.3)
    enhanced = base + enhancement * uptake + LIVER_HU * liver * (base > 0) * (uptake < 0.2)
    regions = np.where(uptake > MEMBER, shares.argmax(1) + 1, 0).astype(np.uint8)
    return Study(_scanned(base, streams["noise-plain"]), _scanned(enhanced, streams["noise-contrast"]), regions,
                 enhancement)


def _scanned(hu, noise):
    """What a scanner makes of it: a little blur, noise, whole numbers."""
    blurred = np.stack([gaussian_filter(plane, 0.5) for plane in hu])
    grain = noise.uniform(9, 14) * noise.normal(size=(SLICES, ROWS, COLUMNS))
    return np.round(np.clip(blurred + grain, -1024, 1500)).astype(np.int16)
