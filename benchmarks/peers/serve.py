"""Runs one piece of work per line read from stdin and prints its seconds.

Usage: python serve.py MODULE PARAMS-AS-JSON
MODULE is a file beside this one with a function `prepare(**params)` that returns the work as a callable.
The first line printed is a JSON object with the versions of the libraries in use.
"""
import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "2")

import importlib
import importlib.metadata
import json
import sys
import time
import warnings

LIBRARIES = ("torch", "torchvision", "captum", "zennit", "saliency", "grad-cam", "scikit-image", "scikit-learn", "numpy")


def versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main() -> None:
    warnings.filterwarnings("ignore")
    work = importlib.import_module(sys.argv[1]).prepare(**json.loads(sys.argv[2]))
    work()
    print(json.dumps(versions()), flush=True)
    for _ in sys.stdin:
        begun = time.perf_counter()
        work()
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main()
