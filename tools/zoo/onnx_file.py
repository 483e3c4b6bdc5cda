"""Writes a network as ONNX with a free batch, by whichever of torch's exporters can."""
import warnings
from pathlib import Path

import onnx
import torch

OPSETS = {"dynamo": 18, "torchscript": 17}


def _dynamo(model: torch.nn.Module, example: torch.Tensor, path: Path) -> None:
    batch = torch.export.Dim("N", min=1, max=64)
    torch.onnx.export(
        model,
        (example,),
        path,
        dynamo=True,
        opset_version=OPSETS["dynamo"],
        external_data=False,
        input_names=["input"],
        output_names=["output"],
        dynamic_shapes=({0: batch},),
        verbose=False,
    )


def _scripted(model: torch.nn.Module, example: torch.Tensor, path: Path) -> None:
    # Fused attention has no symbolic form; the plain path computes the same.
    torch.backends.mha.set_fastpath_enabled(False)
    torch.onnx.export(
        model,
        (example,),
        path,
        dynamo=False,
        opset_version=OPSETS["torchscript"],
        input_names=["input"],
        output_names=["output"],
        dynamic_axes={"input": {0: "N"}, "output": {0: "N"}},
    )


EXPORTERS = {"dynamo": _dynamo, "torchscript": _scripted}


def strip_traces(path: Path) -> None:
    """Exporters note the source line of every node, with the paths of the machine."""
    graph = onnx.load(path)
    for item in (graph, graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.graph.initializer):
        item.doc_string = ""
        del item.metadata_props[:]
    onnx.save(graph, path)


def export(model: torch.nn.Module, example: torch.Tensor, path: Path, wish: str) -> dict:
    """Tries the wished exporter first; answers with the one that worked, and what the other said when it failed."""
    failures = {}
    order = [wish, *(name for name in EXPORTERS if name != wish)]
    for name in order:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                EXPORTERS[name](model, example, path)
            return {"exporter": name, "opset": OPSETS[name], "failed": failures}
        except Exception as error:  # noqa: BLE001: an exporter may fail in any way, and the other one is tried
            failures[name] = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"[:200]
    raise RuntimeError(f"no exporter can write this network: {failures}")
