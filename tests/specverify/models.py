"""Models that the check compiles: one with functions, one that is a decision tree."""

import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))
import onnx_wire  # noqa: E402


def _write_array(path, shape, values):
    header = repr({"descr": "<f4", "fortran_order": False, "shape": shape}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    data = struct.pack(f"<{len(values)}f", *values)
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data)


def write_functions_model(folder):
    """A model whose theorem has function tables, maps and a product of computed columns, and an input for it."""
    weights = onnx_wire.tensor("w", [2, 2], [0.5, -1.25, 0.75, 0.3])
    nodes = [onnx_wire.node("Transpose", ["x"], ["t"], perm=[0, 2, 1]), onnx_wire.node("MatMul", ["t", "w"], ["m"]),
             onnx_wire.node("Sigmoid", ["m"], ["s"]), onnx_wire.node("Mul", ["s", "t"], ["p"]),
             onnx_wire.node("Softmax", ["p"], ["y"], axis=1)]
    graph = onnx_wire.graph(nodes, [onnx_wire.value("x", [1, 2, 3])], [onnx_wire.value("y", [1, 3, 2])], [weights])
    (folder / "functions.onnx").write_bytes(onnx_wire.model(graph))
    _write_array(folder / "functions.npy", (1, 2, 3), (0.5, -1.5, 1.9, 0.25, -0.75, 1.0))


def _list_attribute(name, values):
    """An attribute of floats or of strings."""
    if isinstance(values[0], str):
        data = b"".join(onnx_wire.block(9, v) for v in values) + onnx_wire.number(20, 8)
    else:
        data = b"".join(onnx_wire.varint(7 << 3 | 5) + struct.pack("<f", v) for v in values) + onnx_wire.number(20, 6)
    return onnx_wire.block(5, onnx_wire.block(1, name) + data)


def write_tree_model(folder):
    """A decision tree of two levels, and three rows for it: its theorem has column tables of weights and of an input."""
    node = onnx_wire.node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, nodes_treeids=[0] * 5,
                          nodes_nodeids=[0, 1, 2, 3, 4], nodes_featureids=[0, 1, 0, 0, 0],
                          nodes_truenodeids=[1, 3, 0, 0, 0], nodes_falsenodeids=[2, 4, 0, 0, 0],
                          target_treeids=[0] * 3, target_nodeids=[2, 3, 4], target_ids=[0] * 3)
    node += _list_attribute("nodes_modes", ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF"])
    node += _list_attribute("nodes_values", [0.5, -0.25, 0.0, 0.0, 0.0])
    node += _list_attribute("target_weights", [1.5, -2.0, 0.75])
    graph = onnx_wire.graph([node], [onnx_wire.value("x", [3, 2])], [onnx_wire.value("y", [3, 1])])
    (folder / "tree.onnx").write_bytes(onnx_wire.model(graph, opset=3, domain="ai.onnx.ml"))
    _write_array(folder / "tree.npy", (3, 2), (0.2, -1.0, 0.9, 0.1, 0.5, 0.6))
