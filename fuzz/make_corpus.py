#!/usr/bin/env python3
"""Writes fuzz/corpus/fuzz_onnx and fuzz/corpus/fuzz_arrays anew. Always the same bytes.

Usage: make_corpus.py [DIR]     (default: corpus, beside this script)
"""
import io
import pathlib
import struct
import sys
import zipfile

from onnx_wire import INT64, Reference, block, external, function, graph, model, node, number, tensor, value

HERE = pathlib.Path(__file__).resolve().parent


def numbers(count):
    return [((i * 37) % 23 - 11) / 8 for i in range(count)]


def weights(name, *dims):
    count = 1
    for d in dims:
        count *= d
    return tensor(name, dims, numbers(count))


def one(op, dims, out_dims, initialisers=(), opset=13, extra=(), **attributes):
    """A model of one operator; the initialisers are its further operands."""
    operands = ["x"] + list(extra) + [name for name, _ in initialisers]
    return model(graph([node(op, operands, ["y"], **attributes)], [value("x", dims)], [value("y", out_dims)],
                       [t for _, t in initialisers]), opset)


def named(name, *dims):
    return name, weights(name, *dims)


def classifier():
    norm = [weights(n, 3) for n in ("scale", "shift", "mean")] + [tensor("var", [3], [1.0, 2.0, 0.5])]
    nodes = [
        node("Conv", ["x", "w", "b"], ["c"], pads=[1, 1, 1, 1], strides=[2, 2], kernel_shape=[3, 3], dilations=[1, 1], group=1),
        node("BatchNormalization", ["c", "scale", "shift", "mean", "var"], ["n"], epsilon=1e-5),
        node("Relu", ["n"], ["r"]),
        node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[1, 1], ceil_mode=0),
        node("AveragePool", ["p"], ["a"], kernel_shape=[2, 2], pads=[1, 0, 0, 1], count_include_pad=0),
        node("Identity", ["a"], ["i"]),
        node("Flatten", ["i"], ["f"], axis=1),
        node("Gemm", ["f", "m", "v"], ["y"], transB=1, alpha=0.5, beta=2.0),
    ]
    return model(graph(nodes, [value("x", ["batch", 2, 6, 6])], [value("y", ["batch", 4])],
                       norm + [weights("w", 3, 2, 3, 3), weights("b", 3), weights("m", 4, 12), weights("v", 4)]))


def constants():
    shape = tensor("", [2], [0, -1], INT64)
    nodes = [
        node("Constant", [], ["s"], value=shape),
        node("Reshape", ["x", "s"], ["r"]),
        node("Dropout", ["r"], ["d", "mask"]),
        node("MatMul", ["d", "w"], ["m"]),
        node("Add", ["m", "b"], ["t"]),
        node("Clip", ["t", "low", "high"], ["y"]),
    ]
    return model(graph(nodes, [value("x", [2, 3, 2])], [value("y", [2, 4])],
                       [weights("w", 6, 4), weights("b", 4), tensor("low", [], [0.0]), tensor("high", [], [6.0])]))


def residual():
    nodes = [
        node("Conv", ["x", "w"], ["c"], group=4, auto_pad="SAME_UPPER"),
        node("Add", ["c", "x"], ["s"]),
        node("GlobalAveragePool", ["s"], ["y"]),
        node("Softmax", ["unused"], ["gone"], domain=""),
    ]
    return model(graph(nodes[:3], [value("x", [1, 4, 5, 5])], [value("y", [1, 4, 1, 1])], [weights("w", 4, 1, 3, 3)], name="r"), 11)


def functions():
    shifted = function("Shifted", ["a"], ["r"], [
        node("Constant", [], ["c"], value_float=Reference("by")), node("Add", ["a", "c"], ["s"]), node("Relu", ["s"], ["r"])],
        ["by"])
    twice = function("Twice", ["a", "unused"], ["r", "a"], [
        node("Shifted", ["a"], ["s"], "first", "local", by=Reference("amount")), node("Shifted", ["s"], ["r"], "", "local", by=0.5)],
        amount=2.0)
    nodes = [node("Twice", ["x"], ["m", ""], "block", "local"), node("Twice", ["m"], ["", "y"], "", "local", amount=-1.0)]
    return model(graph(nodes, [value("x", ["N", 4])], [value("y", ["N", 4])]), functions=[shifted, twice])


def external_data():
    """w.bin, 64 bytes, is what fuzz_onnx has."""
    tensors = [external("w", [4, 3], {"location": "w.bin", "offset": "16", "length": "48"}),
               external("b", [3], {"location": "./w.bin", "length": "12"})]
    return model(graph([node("Gemm", ["x", "w", "b"], ["y"])], [value("x", ["N", 4])], [value("y", ["N", 3])], tensors))


def onnx_files():
    yield "functions", functions()
    yield "external_data", external_data()
    yield "digits", (HERE.parent / "examples/digits/digits.onnx").read_bytes()
    yield "classifier", classifier()
    yield "constants", constants()
    yield "residual", residual()
    yield "unsupported", one("Erf", [1, 4], [1, 4])
    yield "foreign", model(graph([node("Conv", ["x"], ["y"], "n", "org.example")], [value("x", [2])], [value("y", [2])]))
    yield "old_clip", one("Clip", [1, 4], [1, 4], opset=7, min=-1.0, max=1.0)
    yield "affine", model(graph([node("Mul", ["x", "k"], ["m"]), node("Sub", ["m", "k"], ["y"])], [value("x", [1, 3, 2, 2])],
                                [value("y", [1, 3, 2, 2])], [weights("k", 3, 1, 1)]))
    yield "pool", one("MaxPool", [1, 1, 7, 7], [1, 1, 3, 3], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1])
    yield "gemm", one("Gemm", [2, 3], [2, 2], [named("w", 3, 2), named("c", 1, 2)], transA=0)
    yield "empty", b""


def npy(descr, shape, data, major=1, fortran=False):
    text = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n" % (descr, fortran, shape)
    size = struct.pack("<H" if major == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([major, 0]) + size + text.encode() + data


def npz():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, method in (("x.npy", zipfile.ZIP_STORED), ("y.npy", zipfile.ZIP_DEFLATED)):
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = method
            z.writestr(info, npy("<f4", "(2, 3)", struct.pack("<6f", 1, 2, 3, -4.5, 0, 6)))
    return out.getvalue()


def array_files():
    npy_kind, csv, json, pb = range(4)
    for descr in ("<f4", ">i8", "<f2", "|b1", "<u2"):
        yield npy_kind, "npy_" + descr[1:], npy(descr, "(2, 3)", bytes(6 * int(descr[2])))
    yield npy_kind, "npy_v2", npy("<f8", "(3,)", bytes(24), 2, True)
    yield npy_kind, "npy_scalar", npy("<i4", "()", bytes(4))
    yield npy_kind, "npz", npz()
    yield csv, "csv", b'"sepal, cm",b,target\r\n1.5,-2e3,0\r\n"3",4,1\r\n'
    yield json, "json", b'{"x": [[1, 2.5, 0], [3, -4e2, 1]], "y": [true, false, 0, 1]}'
    yield json, "json_rows", b'{"input_data": [[1, 2, 3, 4], [0.5]], "input_shapes": [[2, 2], [1]]}'
    yield json, "json_list", b"[[1, 2, 3], [4, 5, 6]]"
    yield pb, "pb_raw", tensor("input", [2, 3], numbers(6))
    yield pb, "pb_ints", number(1, 3) + number(2, 6) + block(5, bytes([1, 2, 3])) + block(8, "ints")


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "corpus"
    for folder in ("fuzz_onnx", "fuzz_arrays"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, data in onnx_files():
        (root / "fuzz_onnx" / name).write_bytes(b"\0" + data)
    for kind, name, data in array_files():
        (root / "fuzz_arrays" / name).write_bytes(bytes([kind]) + data)


main()
