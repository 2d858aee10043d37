"""One operator case of the ONNX backend tests: which of its inputs are data, and what compiling, proving and verifying it gives.

A case is a model file, its input tensors and the expected outputs. What a real model would hold as constants (weights, shapes,
axes, indices, scales) is a graph input in these files. The rule:

  * an operand that an operator can only take as a constant (CONSTANTS: shapes, axes, depths, quantisation scales, ...) becomes an
    initialiser with its packed value;
  * everything else stays data and is private. Where the compiler refuses that, the first input alone is data, and the others
    become initialisers ("first" instead of "all");
  * a case without data left (all inputs are shapes) is compiled as it is.
"""
import json
import pathlib
import subprocess

import numpy as np
import onnx
from onnx import numpy_helper

# By operator: the operands that say what is to be done, not what it is done with. "1-" is 1 and all after it.
CONSTANTS = {
    "AffineGrid": "1-", "ArrayFeatureExtractor": "1-", "BatchNormalization": "1-", "BlackmanWindow": "0-", "CenterCropPad": "1-", "Col2Im": "1-", "Compress": "1-",
    "ConstantOfShape": "0-", "ConvInteger": "2-", "CumSum": "1-", "DequantizeLinear": "1-", "Dropout": "1-", "Expand": "1-", "GRU": "1-",
    "HammingWindow": "0-", "HannWindow": "0-", "LSTM": "1-", "Loop": "0-1", "MatMulInteger": "2-",
    "OneHot": "1-", "Pad": "1-", "QLinearConv": "1-", "QLinearMatMul": "1-2 4-", "QuantizeLinear": "1-", "RNN": "1-", "Range": "0-",
    "ReduceL1": "1-", "ReduceL2": "1-", "ReduceLogSum": "1-", "ReduceLogSumExp": "1-", "ReduceMax": "1-", "ReduceMean": "1-",
    "ReduceMin": "1-", "ReduceProd": "1-", "ReduceSum": "1-", "ReduceSumSquare": "1-", "Reshape": "1-", "Resize": "1-",
    "ReverseSequence": "1-", "ScatterElements": "1", "ScatterND": "1", "Slice": "1-", "Split": "1-", "SplitToSequence": "1-",
    "SequenceAt": "1-", "Squeeze": "1-", "Tile": "1-", "TopK": "1-", "Trilu": "1-", "Unsqueeze": "1-", "Upsample": "1-",
}


class Failed(Exception):
    """Why a case is not proven; `refused` when the compiler said so."""

    def __init__(self, why, refused=False):
        super().__init__(why)
        self.refused = refused


def read_value(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    if tensor.data_type in (onnx.TensorProto.UNDEFINED, onnx.TensorProto.STRING):
        raise Failed("its packed values are not tensors of numbers")
    return numpy_helper.to_array(tensor)


def is_constant_operand(operator, index):
    for span in CONSTANTS.get(operator, "").split():
        first, dash, last = span.partition("-")
        if int(first) <= index <= (int(last) if last else 10 ** 6 if dash else int(first)):
            return True
    return False


def constant_names(graph):
    """The values that the operators need as constants, with what those are computed from."""
    names = set()
    for node in reversed(graph.node):
        wanted = any(output in names for output in node.output)
        if wanted and node.op_type in ("Shape", "Size"):
            continue
        names.update(name for k, name in enumerate(node.input) if name and (wanted or is_constant_operand(node.op_type, k)))
    return names


class Case:
    def __init__(self, build, folder, scratch):
        self.build, self.name = build, folder.name
        self.source, self.folder = folder, scratch / folder.name
        self.folder.mkdir(exist_ok=True)
        self.model = onnx.load(folder / "model.onnx")
        data = folder / "test_data_set_0"
        held = {tensor.name for tensor in self.model.graph.initializer}
        self.given = [info for info in self.model.graph.input if info.name not in held]   # old files list weights as inputs
        for info in (*self.given, *self.model.graph.output):
            if not info.type.HasField("tensor_type"):
                raise Failed(f"\"{info.name}\" is not a tensor")
        self.inputs = [read_value(data / f"input_{k}.pb") for k in range(len(self.given))]
        self.expected = [read_value(data / f"output_{k}.pb") for k in range(len(self.model.graph.output))]

    def groups(self):
        """What the case counts for: its operator, or the kind of model that it is."""
        operators = {node.op_type for node in self.model.graph.node}
        return operators.pop() if len(operators) == 1 else "expanded functions" if "expanded" in self.name else "models"

    def choices(self):
        """(word, names of the data inputs), the strongest first."""
        constant = constant_names(self.model.graph)
        every = [info.name for info in self.given if info.name not in constant]
        first = [info.name for info in self.given[:1]]
        return [("all", every or first)] + ([("first", first)] if every[1:] or every != first else [])

    def freeze(self, data):
        """The model with everything but `data` as initialisers, in a file; {name: array} of the data."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        given = {info.name: value for info, value in zip(self.given, self.inputs)}
        for info in self.given:
            if info.name not in data:
                model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(given[info.name]), info.name))
                for listed in [entry for entry in model.graph.input if entry.name == info.name]:
                    model.graph.input.remove(listed)
        onnx.save(model, self.folder / "m.onnx")
        return {name: given[name] for name in data}

    def run(self, program, *arguments):
        done = subprocess.run([self.build / program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or ["no message"]
            raise Failed(f"{program} {arguments[0]}: exit {done.returncode}: {said[-1]}", refused=arguments[0] == "compile")
        return json.loads(done.stdout)

    def prove(self, data):
        values = self.freeze(data)
        np.savez(self.folder / "in.npz", **{name: value[np.newaxis] for name, value in values.items()})
        self.run("tacit", "compile", self.folder / "m.onnx", "-o", self.folder / "m", "--calibration", self.folder / "in.npz",
                 "--openings", 4, "--json")
        self.run("tacit", "prove", self.folder / "m.tacit", self.folder / "in.npz", "-o", self.folder / "p", "--json")
        verdict = self.run("tacit-verify", "--json", self.folder / "m.vk", self.folder / "p")
        if not verdict["accepted"]:
            raise Failed("the proof is not accepted")
        return max(compare(want, got) for want, got in zip(self.expected, verdict["outputs"], strict=True))

    def check(self):
        """(worst error in units of what is allowed, which inputs were data)."""
        first = None
        for word, data in self.choices():
            try:
                return self.prove(data), word
            except Failed as failure:
                if not failure.refused:
                    raise
                first = first or failure
        raise first


def compare(want, got):
    """The largest error in units of what is allowed: max(1e-3 relative, 2^-12 of the range); 0 for integers,
    which are exact, as infinities and NaN are."""
    exact = want.dtype.kind in "iub"
    have = np.array(got["integers"] if exact else got["values"], dtype=np.float64)
    want = want.astype(np.float64).reshape(-1)
    if have.shape != want.shape:
        raise Failed(f"{have.size} numbers instead of {want.size}")
    if exact and not (have == want).all():
        raise Failed("an integer differs")
    if want.size == 0 or exact:
        return 0.0
    finite = np.isfinite(want)
    if not np.array_equal(have[~finite], want[~finite], equal_nan=True) or not np.isfinite(have[finite]).all():
        raise Failed("an infinity or NaN differs")
    have, want = have[finite], want[finite]
    if want.size == 0:
        return 0.0
    reach = max(want.max(), 0) - min(want.min(), 0)
    allowed = np.maximum(1e-3 * np.abs(want), max(reach, 1e-30) * 2.0 ** -12)
    worst = float((np.abs(have - want) / allowed).max())
    if not worst <= 1:
        raise Failed(f"an output is off by {worst:.2f} times what is allowed")
    return worst


def outcome(build, folder, scratch):
    """{"group", "worst" and "data" of a proven case, "why" otherwise}."""
    found = {"group": "unreadable"}
    try:
        case = Case(build, folder, scratch)
        found["group"] = case.groups()
        found["worst"], found["data"] = case.check()
    except Failed as failure:
        found["why"] = str(failure)
    except Exception as failure:           # the case itself could not be read
        found["why"] = f"{type(failure).__name__}: {failure}"
    return found
