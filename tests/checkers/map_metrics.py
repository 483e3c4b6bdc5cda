"""Values of scikit-image, scikit-learn and SciPy for maps and masks given as JSON: map_metrics.py INPUTS.json -> JSON on stdout."""
import json
import sys

import numpy as np
import scipy
import skimage
import sklearn
from scipy import stats
from skimage.feature import hog
from skimage.filters import threshold_otsu
from skimage.metrics import structural_similarity
from sklearn.metrics import auc, average_precision_score, mutual_info_score, precision_recall_curve, roc_auc_score


def occluded_roc_auc(mask, values, step=1):
    """Threshold at every percentage of occlusion, in float32 as the maps are."""
    points = [(0.0, 0.0)]
    for percent in range(100 - step, 0, -step):
        kept = values >= np.percentile(values, percent).astype(np.float32)
        points.append((kept[mask == 0].mean(), kept[mask == 1].mean()))
    points.append((1.0, 1.0))
    x, y = np.array(points).T
    return auc(x, y)


def gini(values):
    """Mean absolute difference of all pairs over twice the mean."""
    size = np.abs(values).ravel().astype(float)
    return np.abs(size[:, None] - size[None, :]).sum() / (2 * len(size) ** 2 * size.mean())


def digitised(values, bins=32):
    edges = np.linspace(values.min(), values.max(), bins + 1)
    return np.clip(np.digitize(values.astype(float), edges[1:-1]), 0, bins - 1)


def soft_dice(values, mask):
    return 2 * (values * mask).sum() / (values.sum() + mask.sum())


def one(case):
    shape = case["shape"]
    a = np.array(case["map"], np.float32).reshape(shape)
    b = np.array(case["other"], np.float32).reshape(shape)
    mask = np.array(case["mask"], np.uint8).reshape(shape)
    flat_a, flat_b, flat_mask = a.ravel().astype(float), b.ravel().astype(float), mask.ravel()
    precision, recall, _ = precision_recall_curve(flat_mask, flat_a)
    inside, outside = flat_a[flat_mask == 1], flat_a[flat_mask == 0]
    welch, student = stats.ttest_ind(inside, outside, equal_var=False), stats.ttest_ind(inside, outside)
    hot = a >= np.float32(threshold_otsu(a))
    return {
        "average-precision": average_precision_score(flat_mask, flat_a),
        "auprc-trapezoid": auc(recall, precision),
        "roc-auc": roc_auc_score(flat_mask, flat_a),
        "occluded-roc-auc": occluded_roc_auc(flat_mask, a.ravel()),
        "otsu-iou": (hot & (mask == 1)).sum() / (hot | (mask == 1)).sum(),
        "soft-dice": soft_dice(flat_a, flat_mask),
        "soft-dice-outside": soft_dice(flat_a, 1 - flat_mask),
        "welch": [welch.statistic, welch.pvalue],
        "student": [student.statistic, student.pvalue],
        "inside": [inside.size, inside.mean(), inside.std(ddof=1), inside.min(), inside.max()],
        "outside-histogram": np.histogram(outside, bins=100, range=(0, 1))[0].tolist(),
        "entropy": stats.entropy(np.abs(flat_a)),
        "gini": gini(a),
        "ssim": structural_similarity(a.astype(float), b.astype(float), data_range=1),
        "spearman": stats.spearmanr(flat_a, flat_b).statistic,
        "pearson": stats.pearsonr(flat_a, flat_b).statistic,
        "mutual-information": mutual_info_score(digitised(a).ravel(), digitised(b).ravel()),
        "hog-similarity": stats.pearsonr(
            *[hog(m.astype(float), orientations=9, pixels_per_cell=(8, 8), cells_per_block=(3, 3)) for m in (a, b)]
        ).statistic,
        "wilcoxon": stats.wilcoxon(flat_a[:40] - flat_b[:40]).pvalue,
    }


cases = json.load(open(sys.argv[1]))
versions = {"numpy": np.__version__, "scipy": scipy.__version__, "skimage": skimage.__version__, "sklearn": sklearn.__version__}
print(json.dumps({"versions": versions, "cases": [one(case) for case in cases]}, default=float))
