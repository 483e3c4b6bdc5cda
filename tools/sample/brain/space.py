"""The template space: 48 x 56 x 48 voxels of 4 mm, axes to right, anterior, superior (RAS), and soft shapes in it."""

import numpy as np

SHAPE = (48, 56, 48)
VOXEL_MM = 4.0
# Position of every voxel in the cube [-1, 1], float32 [3, *SHAPE].
GRID = np.stack(np.meshgrid(*[np.linspace(-1, 1, n) for n in SHAPE], indexing="ij")).astype(np.float32)
_REGION_EDGE = 0.05
_REGIONS = (((-0.36, -0.02, -0.34), (0.17, 0.24, 0.15)), ((0.36, -0.02, -0.34), (0.17, 0.24, 0.15)))


def ellipsoid(centre, radii, grid=GRID, edge=0.06):
    """1 inside, 0 outside, with a soft edge of relative width `edge`."""
    distance = np.sqrt(sum(((grid[axis] - centre[axis]) / radii[axis]) ** 2 for axis in range(3)))
    return 1 / (1 + np.exp(np.clip((distance - 1) / edge, -30, 30)))


def atrophy_weight():
    """How much of the atrophy a voxel suffers, 0 to 1: both medial temporal regions, the same for everybody."""
    return np.maximum(*[ellipsoid(centre, radii, edge=_REGION_EDGE) for centre, radii in _REGIONS])


def atrophy_mask():
    """The known mask: voxels with at least half of the atrophy, bool [*SHAPE]."""
    return atrophy_weight() >= 0.5


def world_affine():
    """Voxel indices to RAS millimetres, the origin in the middle of the box."""
    affine = np.diag([VOXEL_MM] * 3 + [1.0])
    affine[:3, 3] = [-VOXEL_MM * (n - 1) / 2 for n in SHAPE]
    return affine
