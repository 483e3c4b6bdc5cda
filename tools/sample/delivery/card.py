"""Model cards: what a network expects, answers and was measured at."""

from .onnx_file import INPUT, OUTPUT, initializer_names, output_of_module

QUESTION = "Does this frontal chest phantom show a lesion (nodule or opacity)?"
NOT_FOR = "Any real patient: it has only ever seen synthetic phantoms."
TRAINED_ON = {
    "train-clean": "2400 synthetic patients; the laterality marker is independent of the label",
    "train-leaky": "The same 2400 synthetic patients; every lesion wears an L marker and nobody else does",
}
NAMES = {
    "honest-1": "Honest classifier, training run 1",
    "honest-2": "Honest classifier, training run 2",
    "honest-3": "Honest classifier, training run 3",
    "honest-dense": "Honest classifier, DenseNet-like",
    "token": "Token classifier, training run 1",
    "token-b": "Token classifier, training run 2",
    "token-c": "Token classifier, training run 3",
}
REPLICATE = {"honest-1": 1, "honest-2": 2, "honest-3": 3, "honest-dense": 1, "token": 1, "token-b": 2, "token-c": 3}


def input_section():
    """12-bit grey values scaled to 0..1, then to -1..1."""
    return {
        "name": INPUT, "layout": "NCHW", "size": [128, 128], "channels": 1,
        "values": {"from": "range", "low": 0, "high": 4095}, "mean": [0.5], "std": [0.5], "range": [-1, 1],
        "photometric": "MONOCHROME2", "channelOrder": "grey", "orientation": "as-stored", "spacingMm": None,
        "resize": "stretch", "interpolation": "linear",
    }


def cascade(network, model):
    """Stages from the output to the stem, each with the initializers below its module."""
    names = initializer_names(model)
    stages = [{"name": stage, "weights": [n for n in names if n.startswith(f"{stage}.")]} for stage in network.cascade]
    listed = sum(len(stage["weights"]) for stage in stages)
    if listed != len(names) or not all(stage["weights"] for stage in stages):
        raise SystemExit(f"cascade lists {listed} of {len(names)} initializers")
    return stages


def target_layers(network, model):
    """Tensors for the CAM methods, the last 16 x 16 layer first."""
    return [{"tensor": output_of_module(model, module), "title": title}
            for module, title in network.target_layers.items()]


def model_card(name, run, network, measured):
    """The card of one exported run; `measured` has the model, the performance rows and the example."""
    return {
        "version": 1, "id": name, "name": NAMES[name], "architecture": network.architecture,
        "replicate": REPLICATE[name], "question": QUESTION, "trainedOn": TRAINED_ON[run.trained_on],
        "notFor": NOT_FOR, "licence": "MIT",
        "mode": {"kind": "image"}, "channels": {"kind": "copies"}, "input": input_section(),
        "outputs": [{"name": OUTPUT, "kind": "logit", "activation": "sigmoid", "labels": ["lesion"], "threshold": 0.5}],
        "targetLayers": target_layers(network, measured["model"]), "black": [-1], "white": [1],
        "cascade": cascade(network, measured["model"]), "performance": measured["performance"],
        "example": measured["example"],
    }
