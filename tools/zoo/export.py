"""Writes one architecture of the zoo for the comparison: python export.py NAME FOLDER

FOLDER then holds, for the network as it is (`plain`) and for its smooth twin (`smooth`), the ONNX file and torch's input
gradient in float64; the images; and about.json with the distances of torch's own float32 gradients. With `--serve` names and folders come from standard input.
"""
import argparse
import contextlib
import gc
import json
import sys
import warnings
from pathlib import Path

import numpy
import onnx
import onnxscript
import torch
import torchvision
from architectures import ARCHITECTURES, EVERY, TINY
from network import images, seeded_network
from onnx_file import export, strip_traces
from smooth import smooth



def gradient(model: torch.nn.Module, batch: torch.Tensor, classes: list[int]) -> torch.Tensor:
    """Gradient of one output per row with respect to the images, in the type of the images."""
    leaf = batch.clone().requires_grad_(True)
    scores = model(leaf)
    return torch.autograd.grad(sum(scores[row, label] for row, label in enumerate(classes)), leaf)[0]


def distance(variant: str, found: torch.Tensor, reference: torch.Tensor) -> float:
    """Smooth twin: largest difference by largest value. As it is: l2 of the difference by l2 of the reference."""
    difference = found.double() - reference
    if variant == "smooth":
        return float(difference.abs().max() / reference.abs().max())
    return float(difference.norm() / reference.norm())


def equal_roundings(model: torch.nn.Module, batch: torch.Tensor, classes: list[int], count: int) -> list[torch.Tensor]:
    """Float32 gradients that are as good as each other: torch's own kernels instead of oneDNN's (another order of sums),
    and images moved by at most one unit in the last place. Which way a ReLU falls whose argument lies within rounding
    differs from one to the next."""
    with torch.backends.mkldnn.flags(enabled=False):
        found = [gradient(model, batch, classes)]
    generator = torch.Generator().manual_seed(11)
    while len(found) < count:
        direction = torch.randint(-1, 2, batch.shape, generator=generator)
        moved = torch.where(direction == 0, batch, torch.nextafter(batch, batch + direction))
        found.append(gradient(model, moved, classes))
    return found


def write_variant(folder: Path, variant: str, model: torch.nn.Module, batch: torch.Tensor, wish: str) -> dict:
    with smooth(variant == "smooth"):
        outputs = model(batch[:1]).shape[1]
        classes = [(7 + 100 * row) % outputs for row in range(len(batch))]
        first = gradient(model, batch, classes)
        count = 1 if variant == "smooth" else 3 if batch.shape[-1] == 224 else 7
        others = equal_roundings(model, batch, classes, count)
        about = export(model, batch, folder / f"{variant}.onnx", wish)
        double = gradient(model.double(), batch.double(), classes)
        model.float()
    numpy.save(folder / f"{variant}.gradient.npy", double.numpy())
    every = [distance(variant, found, double) for found in (first, *others)]
    return {**about, "classes": classes, "distances": {"torch": every[0], "torchLargest": max(every), "roundings": len(every)}}


def write(name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model = seeded_network(name)
    batch = images(name, 1 if name in TINY else 2, seed=7)
    numpy.save(folder / "images.npy", batch.numpy())
    libraries = {library.__name__: library.__version__ for library in (torch, torchvision, onnx, onnxscript)}
    about = {
        "name": name,
        "size": list(EVERY[name].size),
        "weights": sum(parameter.numel() for parameter in model.parameters()),
        "versions": libraries,
    }
    for variant in ("plain", "smooth"):
        about[variant] = write_variant(folder, variant, model, batch, EVERY[name].exporters[variant])
        if name in TINY:
            strip_traces(folder / f"{variant}.onnx")
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")


def serve() -> None:
    """Starting torch takes longer than a small network: one process writes many, one line of JSON each way."""
    print(json.dumps(list(ARCHITECTURES)), flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                write(wish["name"], Path(wish["folder"]))
            answer = {}
        except Exception as error:  # noqa: BLE001: the list says why an architecture is missing
            answer = {"failed": f"{type(error).__name__}: {error}"}
        gc.collect()
        print(json.dumps(answer), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--serve", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if given.serve:
        serve()
    else:
        write(given.name, given.folder)


if __name__ == "__main__":
    main()
