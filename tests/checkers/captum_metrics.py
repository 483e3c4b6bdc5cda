"""Infidelity and max-sensitivity by captum on f(x) = w.x + v.x^2 / 2: captum_metrics.py -> JSON on stdout, inputs included."""
import json

import captum
import torch
from captum.metrics import infidelity, sensitivity_max

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
SIZE, SAMPLES = 12, 8
w, v, x = torch.randn(SIZE), torch.randn(SIZE), torch.randn(1, SIZE)
changes = 0.3 * torch.randn(SAMPLES, SIZE)
other_map = torch.randn(1, SIZE)


def forward(inputs):
    return (inputs * w + inputs**2 * v / 2).sum(1)


def gradient(inputs):
    return tuple(w + v * each for each in inputs) if isinstance(inputs, tuple) else w + v * inputs


def nearby(inputs):
    return tuple(each + changes for each in inputs) if isinstance(inputs, tuple) else inputs + changes


def score(attribution, normalize):
    found = infidelity(forward, lambda i: (changes, i - changes), x, attribution, n_perturb_samples=SAMPLES, normalize=normalize)
    return found.item()


print(json.dumps({
    "captum": captum.__version__, "w": w.tolist(), "v": v.tolist(), "x": x[0].tolist(), "changes": changes.tolist(),
    "otherMap": other_map[0].tolist(),
    "infidelity": {"gradient": score(gradient(x), False), "other": score(other_map, False)},
    "scaled": {"gradient": score(gradient(x), True), "other": score(other_map, True)},
    "maxSensitivity": sensitivity_max(gradient, x, perturb_func=nearby, n_perturb_samples=SAMPLES).item(),
}))
