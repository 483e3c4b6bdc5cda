"""The picture's grid: 128 x 128 pixels over the square [-1, 1] x [-1, 1], y pointing down."""

import numpy as np

SIZE = 128
PIXEL = 2.0 / SIZE

_rows, _columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
Y = (2 * _rows + 1) / SIZE - 1
X = (2 * _columns + 1) / SIZE - 1


def soft_step(distance, width=1.0):
    """0 to 1 across `distance` = 0 (in grid units), blurred over `width` pixels."""
    return 1 / (1 + np.exp(-np.clip(distance / (width * PIXEL), -30, 30)))


def gauss(distance, width):
    """Bell of height 1 at `distance` = 0."""
    return np.exp(-((distance / width) ** 2))


def ellipse_edge(x_ratio, y_ratio, radius):
    """Signed distance to an ellipse's edge, positive inside, approximated by the scaled radius."""
    return (1 - np.sqrt(x_ratio**2 + y_ratio**2)) * radius


def empty():
    """A black picture."""
    return np.zeros((SIZE, SIZE), np.float32)


def column_of(x):
    """Pixel column of a grid position."""
    return np.round((x + 1) / PIXEL - 0.5).astype(int)


def row_of(y):
    """Pixel row of a grid position."""
    return np.round((y + 1) / PIXEL - 0.5).astype(int)
