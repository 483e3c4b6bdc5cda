"""Structure sets filled by a program of its own: rtstruct.py FILE GRID.json OUT.npy [FILE GRID.json OUT.npy…]

GRID has `size` [columns, rows, slices] and `affine` (voxel to LPS, row-major 16 numbers). A voxel is inside when the outlines of its
slice wind round its centre; both rules of filling (odd number of crossings, winding number not zero) must agree, else this fails.
OUT is [region, slice, row, column], uint8.
"""

import json
import sys

import numpy as np
import pydicom


def winding(polygon, points):
    """Crossings of a ray to the right, counted plainly and with their direction, of every point."""
    crossings = np.zeros(len(points), int)
    turns = np.zeros(len(points), int)
    px, py = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0)):
        upward = (y0 <= py) & (y1 > py)
        downward = (y1 <= py) & (y0 > py)
        side = (x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)
        hit_up, hit_down = upward & (side > 0), downward & (side < 0)
        crossings += hit_up | hit_down
        turns += hit_up.astype(int) - hit_down.astype(int)
    return crossings, turns


def filled(region, size, to_voxel):
    columns, rows, slices = size
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1).reshape(-1, 2).astype(float)
    crossings = np.zeros((slices, rows * columns), int)
    turns = np.zeros_like(crossings)
    for contour in region.get("ContourSequence", []):
        assert contour.ContourGeometricType == "CLOSED_PLANAR"
        points = np.array(contour.ContourData, float).reshape(-1, 3)
        assert len(points) == contour.NumberOfContourPoints
        voxels = np.c_[points, np.ones(len(points))] @ to_voxel.T
        k = int(round(voxels[0, 2]))
        assert np.abs(voxels[:, 2] - k).max() < 1e-2, "an outline leaves its slice"
        c, t = winding(voxels[:, :2], grid)
        crossings[k] += c
        turns[k] += t
    odd, wound = crossings % 2 == 1, turns != 0
    assert (odd == wound).all(), "the two rules of filling disagree"
    return odd.reshape(slices, rows, columns)


def seen(path, grid_path, out):
    data = pydicom.dcmread(path)
    grid = json.load(open(grid_path))
    to_voxel = np.linalg.inv(np.array(grid["affine"], float).reshape(4, 4))
    names = {roi.ROINumber: roi.ROIName for roi in data.StructureSetROISequence}
    regions = [filled(region, grid["size"], to_voxel) for region in data.ROIContourSequence]
    np.save(out, np.array(regions, dtype=np.uint8))
    return {
        "shape": list(np.array(regions).shape),
        "rois": [
            {"name": names[region.ReferencedROINumber], "contours": len(region.get("ContourSequence", []))}
            for region in data.ROIContourSequence
        ],
    }


given = sys.argv[1:]
print(json.dumps([seen(*given[i : i + 3]) for i in range(0, len(given), 3)]))
