"""Bundles the node test vectors of the onnx package for tests/engine/compiler/onnx-vectors.test.ts.

Every vector is a model of one operator (or of the operators a function is made of) with inputs.
Inputs that steer the node (indices, axes, sizes) become constants of the model, as exporters write them; what stays an
input is what a gradient is taken of.

    pip install -r requirements.txt
    python make.py ../../tests/fixtures/onnx-vectors/vectors.json.gz            the committed choice
    python make.py --all /tmp/vectors.json.gz                                   everything, for a full run
    SALISCOPE_ONNX_VECTORS=/tmp/vectors.json.gz npx vitest run tests/engine/compiler/onnx-vectors.test.ts
"""

import argparse
import base64
import gzip
import hashlib
import json
import random
from pathlib import Path

import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.loader import load_model_tests

FLOAT = TensorProto.FLOAT
# Operators whose first input alone is data: further float inputs say how, not what.
STEERED = {"Resize", "Upsample", "Clip", "Pad", "Dropout", "GridSample", "Mod", "CastLike", "OneHot"}
# Operators every float input of which gets a gradient.
SEVERAL = {
    "Add", "Sub", "Mul", "Div", "Pow", "Sum", "Mean", "Min", "Max", "Where", "MatMul", "Gemm", "Concat", "PRelu",
    "Einsum", "Attention", "LayerNormalization", "RMSNormalization", "ScatterElements", "ScatterND",
}  # fmt: skip
# Committed vectors: few per operator, and small.
PER_OPERATOR = 5
LARGEST_COMMITTED = 1200
SEED = 20


def read_tensor(path, kind):
    tensor = TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return tensor if kind.HasField("tensor_type") else None


def read_vector(case):
    """One vector as plain values, or None where inputs or outputs are no tensors or nothing could be differentiated."""
    folder = Path(case.model_dir)
    model = onnx.load(folder / "model.onnx")
    graph, data = model.graph, folder / "test_data_set_0"
    inputs = [read_tensor(data / f"input_{i}.pb", info.type) for i, info in enumerate(graph.input)]
    outputs = [read_tensor(data / f"output_{i}.pb", info.type) for i, info in enumerate(graph.output)]
    if None in inputs or None in outputs or not inputs or inputs[0].data_type != FLOAT:
        return None
    operators = sorted({node.op_type for node in graph.node})
    opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
    arrays = [numpy_helper.to_array(tensor) for tensor in [*inputs, *outputs]]
    # Other domains, empty tensors, and sequences of numbers from float scalars.
    if opset == 0 or any(array.size == 0 for array in arrays) or operators == ["Range"]:
        return None
    steered = len(graph.node) == 1 and graph.node[0].op_type in STEERED
    kept = []
    for position, (info, tensor) in enumerate(zip(list(graph.input), inputs)):
        tensor.name = info.name
        if tensor.data_type == FLOAT and not (steered and position > 0):
            kept.append(tensor)
            continue
        graph.initializer.append(tensor)
        graph.input.remove(info)
    return {
        "name": case.name.removeprefix("test_"),
        "operators": operators,
        "opset": opset,
        "size": sum(array.size for array in arrays),
        "wrt": [tensor.name for tensor in (kept if set(operators) <= SEVERAL else kept[:1])],
        "model": base64.b64encode(model.SerializeToString(deterministic=True)).decode(),
        "inputs": [plain(tensor) for tensor in kept],
    }


def plain(tensor):
    values = numpy_helper.to_array(tensor)
    return {
        "name": tensor.name,
        "dims": list(values.shape),
        "data": base64.b64encode(values.astype("<f4").tobytes()).decode(),
    }


def choose(vectors):
    """A few small vectors of single operators, drawn by a fixed seed."""
    by_operator = {}
    for vector in vectors:
        if len(vector["operators"]) == 1 and vector["size"] <= LARGEST_COMMITTED and "expanded" not in vector["name"]:
            by_operator.setdefault(vector["operators"][0], []).append(vector)
    draw = random.Random(SEED)
    return [vector for _, own in sorted(by_operator.items()) for vector in draw.sample(own, min(PER_OPERATOR, len(own)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every vector instead of the committed choice")
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    found = [read_vector(case) for case in load_model_tests(kind="node")]
    vectors = sorted((vector for vector in found if vector is not None), key=lambda vector: vector["name"])
    kept = vectors if options.all else sorted(choose(vectors), key=lambda vector: vector["name"])
    for vector in kept:
        del vector["size"]
    text = json.dumps({"onnx": onnx.__version__, "vectors": kept}, separators=(",", ":"))
    options.target.parent.mkdir(parents=True, exist_ok=True)
    # No time stamp and no name: the same vectors make the same file.
    with options.target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())
    digest = hashlib.sha256(options.target.read_bytes()).hexdigest()[:16]
    operators = {name for vector in kept for name in vector["operators"]}
    print(f"{len(kept)} vectors, {len(operators)} operators, {options.target.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
