"""Grid of the CT phantom and the soft shapes it is painted with."""

import numpy as np

ROWS = COLUMNS = 128
SLICES = 24
PIXEL_MM = 3.125
SLICE_MM = 5.0
# Centres of the first voxel in patient coordinates (LPS): the table moves along the feet-to-head axis.
ORIGIN_MM = (-PIXEL_MM * (COLUMNS - 1) / 2, -PIXEL_MM * (ROWS - 1) / 2, -60.0)

Y, X = [(2 * axis + 1) / ROWS - 1 for axis in np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)]


def heights():
    """Slice positions on the scale the organs are drawn with: -1 at the feet, 1 at the head."""
    return np.linspace(-1, 1, SLICES)


def ellipse(centre, radii, turn=0.0, edge=0.012):
    """A soft ellipse in one slice: 1 inside, 0 outside, `edge` wide between."""
    across, down = X - centre[0], Y - centre[1]
    u = across * np.cos(turn) + down * np.sin(turn)
    v = -across * np.sin(turn) + down * np.cos(turn)
    distance = (np.sqrt((u / radii[0]) ** 2 + (v / radii[1]) ** 2) - 1) * min(radii) / edge
    return 1 / (1 + np.exp(np.clip(distance, -30, 30)))
