"""Write the experiment files: python write_experiments.py RESOURCES SEEDS SIGMA."""

import sys
from pathlib import Path

from delivery.experiment import LOCALISER, case_rows, experiment, methods, quick_methods
from delivery.json_file import write_json

MODELS = ("honest-1", "honest-2", "honest-3", "honest-dense", "token")
DEMO_CASES = (16, 6)
UP = "../../../resources/sample/"
PAIRS = {1: ("honest-1", "token"), 2: ("honest-2", "token-b"), 3: ("honest-3", "token-c")}


def write_sample(resources, sigma):
    """The full experiment and the quick one of the demo."""
    models = {name: f"models/{name}.onnx" for name in MODELS}
    full = experiment("Embedded sample: chest phantoms, honest and token classifiers", models, case_rows(),
                      methods(sigma, models))
    full["models"].append(LOCALISER)
    # What asks the models again takes its place behind the comparisons of models; the demo does without.
    behind = [criterion["id"] for criterion in full["criteria"]].index("reproducibility") + 1
    full["criteria"][behind:behind] = [{"id": "completeness"}, {"id": "fidelity"},
                                       {"id": "robustness", "params": {"samples": 3}}]
    # Stages × maps × models: on all sixty lesions the cascade alone would be two thirds of the work.
    for criterion in full["criteria"]:
        if criterion["id"] == "randomisation":
            criterion["params"] = {"images": 20}
    write_json(resources / "experiment.json", full)
    quick = experiment("Embedded sample, quick: 16 lesions and 6 normals", models, case_rows(limit=DEMO_CASES),
                       quick_methods(sigma, models))
    quick["models"].append(LOCALISER)
    # The cascade runs on ten patients only, two stages at a step: it is half of the demo's work.
    for criterion in quick["criteria"]:
        if criterion["id"] == "randomisation":
            criterion["params"] = {"images": 10, "every": 2, "similarities": "ssim", "independentImages": 0}
        if criterion["id"] in ("repeatability", "reproducibility"):
            criterion["params"] = {"untrained": False}
    write_json(resources / "demo-experiment.json", quick)


def method_id(method):
    return method if isinstance(method, str) else method["id"]


def write_pair(seeds, pair, sigma):
    """One honest and one token run of the same number, on all committed cases."""
    honest, token = PAIRS[pair]
    token_path = f"{token}.onnx" if token != "token" else f"{UP}models/{token}.onnx"
    models = {honest: f"{UP}models/{honest}.onnx", token: token_path}
    title = f"Embedded sample, seed pair {pair}: {honest} and {token}"
    document = experiment(title, models, case_rows(UP), methods(sigma, models))
    # Occlusion needs hundreds of passes a map, and the cascade thousands of maps: the pairs do without the one, and run
    # the other on ten patients.
    document["methods"] = [method for method in document["methods"] if method_id(method) != "occlusion"]
    for criterion in document["criteria"]:
        if criterion["id"] == "randomisation":
            criterion["params"] = {"images": 10}
    document["references"]["averageMask"]["path"] = f"{UP}average-mask.npy"
    write_json(seeds / f"experiment-{pair}.json", document)


if __name__ == "__main__":
    write_sample(Path(sys.argv[1]), float(sys.argv[3]))
    for number in PAIRS:
        write_pair(Path(sys.argv[2]), number, float(sys.argv[3]))
