"""An exported graph run with NumPy: each operator by the text of its specification, one line each."""
import numpy as np

import onnx_file


def cast(node, x):
    kind = onnx_file.TYPES[node.attributes["to"]]
    return x.astype(kind)


def expand(node, x, shape):
    return x + np.zeros(shape, x.dtype)


def divide(node, a, b):
    """Integers: towards zero, as the specification has it."""
    if a.dtype.kind == "f":
        return a / b
    return np.sign(a) * np.sign(b) * (np.abs(a) // np.abs(b))


def reshape(node, x, shape):
    return x.reshape([int(d) for d in shape])


def reduce_sum(node, x, axes):
    return x.sum(axis=tuple(int(a) for a in axes), dtype=x.dtype, keepdims=bool(node.attributes["keepdims"]))


def gather(node, x, at):
    """No index is negative, and none outside: NumPy would take a negative one from the end."""
    assert at.size == 0 or (at.min() >= 0 and at.max() < x.shape[node.attributes["axis"]])
    return np.take(x, at, axis=node.attributes["axis"])


OPERATORS = {
    "Abs": lambda node, x: np.abs(x),
    "Add": lambda node, a, b: a + b,
    "Cast": cast,
    "Clip": lambda node, x, lo, hi: np.clip(x, lo, hi),
    "Concat": lambda node, *parts: np.concatenate(parts, axis=node.attributes["axis"]),
    "Div": divide,
    "Expand": expand,
    "Floor": lambda node, x: np.floor(x),
    "Gather": gather,
    "GreaterOrEqual": lambda node, a, b: a >= b,
    "Identity": lambda node, x: x,
    "IsNaN": lambda node, x: np.isnan(x),
    "Less": lambda node, a, b: a < b,
    "MatMul": lambda node, a, b: a @ b,
    "Max": lambda node, a, b: np.maximum(a, b),
    "Min": lambda node, a, b: np.minimum(a, b),
    "Mod": lambda node, a, b: np.mod(a, b),
    "Mul": lambda node, a, b: a * b,
    "ReduceSum": reduce_sum,
    "Reshape": reshape,
    "Sub": lambda node, a, b: a - b,
    "Transpose": lambda node, x: x.transpose(node.attributes["perm"]),
    "Where": lambda node, test, a, b: np.where(test, a, b),
}


class Session:
    """As onnxruntime.InferenceSession has it: run(None, feeds) gives the outputs in order."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.graph = onnx_file.Graph(file.read())

    def output_names(self):
        return [name for name, _, _ in self.graph.outputs]

    def run(self, _, feeds):
        values = {**self.graph.constants, **feeds}
        with np.errstate(invalid="ignore", over="ignore"):  # NaN is a number that is missing; its casts are not used
            for node in self.graph.nodes:
                result = OPERATORS[node.op](node, *[values[name] for name in node.inputs])
                values[node.outputs[0]] = np.asarray(result)
        return [values[name] for name in self.output_names()]
