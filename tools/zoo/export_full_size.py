"""Writes networks at their own size for `npm run bench -- --zoo FOLDER`: python export_full_size.py FOLDER NAME…

FOLDER/NAME.onnx, 224 x 224 x 3, free batch, random weights. Times do not depend on the weights, so the benchmark's torch
side makes its own.
"""
import sys
import warnings
from pathlib import Path

import torch
from onnx_file import export
from torchvision import models


def main(folder: Path, names: list[str]) -> None:
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        torch.manual_seed(0)
        model = getattr(models, name)(weights=None).eval().requires_grad_(False)
        about = export(model, torch.randn(2, 3, 224, 224), folder / f"{name}.onnx", "torchscript")
        print(f"{name}: {about['exporter']}, opset {about['opset']}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
