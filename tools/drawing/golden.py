"""Figures the drawing tools are compared with, made once: python tools/drawing/golden.py > tests/fixtures/drawing/golden.json

Pinned: numpy, scipy 1.17.1, scikit-image 0.26.0. Volumes are [slices, rows, columns], written as run lengths of their
flattened values, starting with zeros.
"""

import json

import numpy as np
import scipy
import skimage
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.draw import polygon2mask

rng = np.random.default_rng(20260314)
SPACING = (2.5, 0.8, 0.6)  # slices, rows, columns
SHAPE = (9, 26, 31)


def runs(mask):
    flat = np.asarray(mask).astype(np.uint8).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]]).astype(np.int8)))
    return np.diff(np.concatenate([[0], edges])).tolist()


noise = ndimage.gaussian_filter(rng.standard_normal(SHAPE), (0.8, 1.8, 2.2))
blobs = noise > np.quantile(noise, 0.72)
grey = np.round(400 * ndimage.gaussian_filter(rng.standard_normal(SHAPE), (0.7, 1.4, 1.4))).astype(np.int16)

out = {
    "versions": {"scipy": scipy.__version__, "skimage": skimage.__version__},
    "size": list(SHAPE[::-1]),
    "spacing": list(SPACING[::-1]),
    "mask": runs(blobs),
    "grey": grey.ravel().tolist(),
}

# Parts
labels, count = ndimage.label(blobs)
sizes = ndimage.sum_labels(np.ones(SHAPE), labels, range(1, count + 1)).astype(int)
out["parts"] = {
    "sizes": sizes.tolist(),
    "largest": runs(labels == 1 + int(np.argmax(sizes))),
    "atLeast30": runs(np.isin(labels, 1 + np.flatnonzero(sizes >= 30))),
}
sliced = np.stack([ndimage.binary_fill_holes(plane) for plane in blobs])
shell = blobs ^ ndimage.binary_erosion(blobs)
out["holes"] = {
    "shell": runs(shell),
    "volume": runs(ndimage.binary_fill_holes(shell)),
    "slices": runs(np.stack([ndimage.binary_fill_holes(plane) for plane in shell])),
    "masksSlices": runs(sliced),
}

# Margins: a ball in millimetres
def grow(mask, mm):
    return ndimage.distance_transform_edt(~mask, sampling=SPACING) <= mm * (1 + 1e-9)


def shrink(mask, mm):
    return ndimage.distance_transform_edt(mask, sampling=SPACING) > mm * (1 + 1e-9)


def ball(mm):
    reach = [int(mm / step) for step in SPACING]
    k, j, i = np.ogrid[tuple(slice(-r, r + 1) for r in reach)]
    return (k * SPACING[0]) ** 2 + (j * SPACING[1]) ** 2 + (i * SPACING[2]) ** 2 <= mm**2 * (1 + 1e-9)


out["margin"] = {
    "grown": runs(grow(blobs, 2.7)),
    "dilated": runs(ndimage.binary_dilation(blobs, structure=ball(2.7))),
    "shrunk": runs(shrink(blobs, 1.3)),
    "opened": runs(grow(shrink(blobs, 0.9), 0.9)),
    "closed": runs(shrink(grow(blobs, 1.7), 1.7)),
    "hollowInside": runs(blobs & ~shrink(blobs, 1.3)),
    "hollowOutside": runs(grow(blobs, 2.7) & ~blobs),
}
out["median"] = runs(ndimage.median_filter(blobs.astype(np.uint8), size=(1, 5, 5), mode="nearest"))
out["medianDeep"] = runs(ndimage.median_filter(blobs.astype(np.uint8), size=(3, 7, 9), mode="nearest"))
sigma = [1.2 / step for step in SPACING]
out["gaussian"] = runs(ndimage.gaussian_filter(blobs.astype(float), sigma, mode="constant") > 0.5)

# Between slices: signed distances, linear
keep = np.zeros(SHAPE, bool)
rows, columns = np.mgrid[: SHAPE[1], : SHAPE[2]]
for k, (r, c, a) in {1: (9, 10, 6.5), 4: (13, 17, 4.2), 8: (16, 15, 8.0)}.items():
    keep[k] = (rows - r) ** 2 + (columns - c) ** 2 * 0.7 <= a * a


def signed(plane):
    padded = np.pad(plane, 1)
    inner = ndimage.distance_transform_edt(padded, sampling=SPACING[1:])
    outer = ndimage.distance_transform_edt(~padded, sampling=SPACING[1:])
    return (inner - outer)[1:-1, 1:-1]


between = keep.copy()
for low, high in ((1, 4), (4, 8)):
    for k in range(low + 1, high):
        t = (k - low) / (high - low)
        between[k] = (1 - t) * signed(keep[low]) + t * signed(keep[high]) > 0
out["between"] = {"drawn": runs(keep), "filled": runs(between)}

# A region from a seed
seed = (4, 12, 15)
low, high = int(grey[seed]) - 90, int(grey[seed]) + 90
band = (grey >= low) & (grey <= high)
parts, _ = ndimage.label(band)
flat, _ = ndimage.label(band[seed[0]])
reached = np.zeros(SHAPE, bool)
reached[seed[0]] = flat == flat[seed[1:]]
out["region"] = {"seed": list(seed[::-1]), "low": low, "high": high, "volume": runs(parts == parts[seed]), "slice": runs(reached)}

# Seeds: cheapest ways (Dijkstra of scipy over the six neighbours)
seeds = np.zeros(SHAPE, np.uint8)
seeds[2, 5:8, 4:8] = 1
seeds[6, 18:22, 20:26] = 2
seeds[4, 3, 25:29] = 3
index = np.arange(grey.size).reshape(SHAPE)
value = grey.astype(float)
span = value.max() - value.min()
edges = []
for axis, step in enumerate(SPACING):
    here = [slice(None)] * 3
    there = [slice(None)] * 3
    here[axis], there[axis] = slice(None, -1), slice(1, None)
    a, b = index[tuple(here)].ravel(), index[tuple(there)].ravel()
    cost = np.abs(value.ravel()[a] - value.ravel()[b]) + 0.01 * span * step
    edges += [(a, b, cost), (b, a, cost)]
a, b, cost = (np.concatenate(part) for part in zip(*edges))
graph = coo_matrix((cost, (a, b)), shape=(grey.size, grey.size)).tocsr()
far = np.stack([dijkstra(graph, indices=np.flatnonzero(seeds.ravel() == s), min_only=True) for s in (1, 2, 3)])
owner = 1 + far.argmin(0)
near = np.sort(far, 0)
out["seeds"] = {
    "seeds": [runs(seeds == s) for s in (1, 2, 3)],
    "owner": [runs(owner.reshape(SHAPE) == s) for s in (1, 2, 3)],
    "ties": int((near[1] - near[0] < 1e-9).sum()),
}

# Polygons: corners (x, y) off the lattice of centres, so that no rule of edges matters
polygons = [
    [(3.2, 2.1), (27.7, 6.3), (19.4, 23.6), (5.1, 17.9)],
    [(2.3, 3.4), (28.1, 21.2), (2.6, 20.7), (27.4, 4.9)],
    [(-4.2, 5.1), (14.3, -3.7), (36.8, 12.2), (15.1, 30.6)],
]
out["polygons"] = []
for corners in polygons:
    # polygon2mask takes rows and columns of centres
    out["polygons"].append(
        {"corners": corners, "mask": runs(polygon2mask(SHAPE[1:], [(y - 0.5, x - 0.5) for x, y in corners]))}
    )

# The longest axis
plane = skimage.measure.label(blobs[4]) == 1
out["axis"] = {
    "mask": runs(plane),
    "feret": float(skimage.measure.regionprops(plane.astype(int))[0].feret_diameter_max),
}
print(json.dumps(out, separators=(",", ":")))
