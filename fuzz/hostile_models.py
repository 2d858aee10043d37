"""Hostile ONNX files: (name, bytes, what `tacit inspect` may answer). `tacit compile` refuses every one of them."""
import os

from onnx_wire import FLOAT, INT64, attribute, block, external, function, graph, model, node, number, tensor, value, varint

HUGE = 1 << 62
REFUSED, LISTED = 2, 0


def x_to_y(nodes, initialisers=(), x=(1, 4), y=(1, 4), functions=(), **more):
    return model(graph(nodes, [value("x", x)], [value("y", y)], initialisers, **more), functions=functions)


def single(op, x, *operands, **attributes):
    names = ["x"] + ["k%d" % i for i in range(len(operands))]
    tensors = [tensor(n, *o) for n, o in zip(names[1:], operands)]
    return x_to_y([node(op, names, ["y"], **attributes)], tensors, x)


def filled(*dims):
    count = 1
    for d in dims:
        count *= d
    return dims, [0.5] * count


def declared(dims, data=b"", kind=FLOAT, data_field=9):
    raw = b"".join(number(1, d) for d in dims) + number(2, kind) + block(8, "w")
    return raw + (block(data_field, data) if data else b"")


def nested(depth, wrap):
    body = b""
    for _ in range(depth):
        body = wrap(body)
    return body


def subgraph(body):
    return block(1, block(4, "If") + block(5, block(1, "then_branch") + block(6, body) + number(20, 5)))


def chain(length, backwards):
    names = ["x"] + ["v%d" % i for i in range(length - 1)] + ["y"]
    nodes = [node("Relu", [a], [b]) for a, b in zip(names, names[1:])]
    return x_to_y(nodes[::-1] if backwards else nodes)


def broken_files():
    good = chain(3, False)
    yield "empty", b""
    yield "text", b"This is not a model.\n" * 100
    yield "cut short", good[:len(good) - 7]
    yield "two gigabytes declared", varint(7 << 3 | 2) + varint((1 << 31) - 1) + b"\0"
    yield "2^63 bytes declared", varint(7 << 3 | 2) + varint(1 << 63) + b"\0"
    yield "endless number", b"\x38" + b"\xff" * 64
    yield "groups", b"\x3b" * 100000
    yield "no graph", block(8, number(2, 13))
    yield "opset 0", model(graph([node("Relu", ["x"], ["y"])], [value("x", [1])], [value("y", [1])]), 0)
    yield "opset 2^62", model(graph([node("Relu", ["x"], ["y"])], [value("x", [1])], [value("y", [1])]), HUGE)
    yield "two opsets", good + block(8, block(1, "") + number(2, 9))
    yield "a million empty nodes", block(7, b"\x0a\x00" * 1000000)
    yield "a million empty tensors", block(7, b"\x2a\x00" * 1000000)
    yield "subgraphs in subgraphs", model(nested(2000, subgraph))
    yield "types in types", block(7, block(11, block(2, nested(5000, lambda b: block(4, block(1, b))))))
    yield "cycle", x_to_y([node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"]), node("Add", ["x", "a"], ["y"])])
    yield "node of itself", x_to_y([node("Add", ["x", "y"], ["y"])])
    yield "missing value", x_to_y([node("Add", ["x", "nowhere"], ["y"])])
    yield "missing output", x_to_y([node("Relu", ["x"], ["z"])])
    yield "value made twice", x_to_y([node("Relu", ["x"], ["y"]), node("Relu", ["x"], ["y"])])
    yield "initialiser twice", x_to_y([node("Add", ["x", "w"], ["y"])], [tensor("w", *filled(4))] * 2)
    yield "input twice", model(graph([node("Relu", ["x"], ["y"])], [value("x", [1])] * 2, [value("y", [1])]))
    yield "input is a node's output", x_to_y([node("Relu", ["x"], ["x"]), node("Relu", ["x"], ["y"])])
    yield "lines in names", x_to_y([node("Add", ["x", "a\nb\x1b[31m\r\0"], ["y"], "n\nm")])


def hostile_tensors():
    def with_weights(raw):
        return x_to_y([node("Add", ["x", "w"], ["y"])], [raw])
    yield "weights of 2^60", with_weights(declared([1 << 30, 1 << 30]))
    yield "weights of 2^64", with_weights(declared([1 << 32, 1 << 32], bytes(4)))
    yield "weights of 2^31 with no data", with_weights(declared([1 << 31]))
    yield "negative weights shape", with_weights(declared([-1, -4], bytes(16)))
    yield "too few values", with_weights(declared([4], bytes(15)))
    yield "too many values", with_weights(declared([1], bytes(8)))
    yield "packed numbers that unfold", with_weights(declared([4], bytes(1 << 21), INT64, 7))
    yield "weights elsewhere", with_weights(declared([4]) + block(13, block(1, "location") + block(2, "../../../etc/passwd")) + number(14, 1))
    yield "weights of 60000 axes", with_weights(declared([1] * 60000, bytes(4)))


def hostile_graphs():
    def input_of(*dims):
        return single("Relu", dims)
    yield "input of 2^60", input_of(1 << 30, 1 << 30), LISTED
    yield "input of 2^64", input_of(1 << 32, 1 << 32), LISTED
    yield "input of 2^40", input_of(1, 1 << 40), LISTED
    yield "input of 2^28", input_of(1, 1 << 28), LISTED
    yield "empty input", input_of(1, 0, 4), LISTED
    yield "negative input", input_of(1, -4), REFUSED
    yield "symbolic inner extent", input_of(1, "n"), LISTED
    yield "input of 60000 axes", input_of(*[1] * 60000), LISTED
    yield "unknown operator", single("Launch", (1, 4)), LISTED
    yield "foreign domain", x_to_y([node("Relu", ["x"], ["y"], domain="org.example")]), LISTED
    yield "no operands", x_to_y([node("Conv", [], ["y"])]), LISTED
    yield "too many operands", x_to_y([node("Relu", ["x"] * 5000, ["y"])]), LISTED
    yield "conv with vast padding", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), pads=[HUGE] * 4), LISTED
    yield "conv with vast output", single("Conv", (1, 1, 4, 4), filled(1, 1, 1, 1), pads=[1 << 20] * 4), LISTED
    yield "conv of 2^39 products", single("Conv", (1, 64, 128, 128), filled(64, 64, 11, 11), pads=[500] * 4), LISTED
    yield "conv with negative padding", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), pads=[-HUGE] * 4), LISTED
    yield "conv with no stride", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), strides=[0, 0]), LISTED
    yield "conv with vast stride", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), strides=[HUGE, -HUGE]), LISTED
    yield "conv with vast dilation", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), dilations=[HUGE, HUGE]), LISTED
    yield "conv with no groups", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), group=0), LISTED
    yield "conv with -1 groups", single("Conv", (1, 1, 4, 4), filled(1, 1, 3, 3), group=-1), LISTED
    yield "conv of another rank", single("Conv", (1, 4), filled(1, 1, 3, 3)), LISTED
    yield "pool of 2^62", single("MaxPool", (1, 1, 4, 4), kernel_shape=[HUGE, HUGE]), LISTED
    yield "pool over vast padding", single("AveragePool", (1, 1, 4, 4), kernel_shape=[1 << 20] * 2, pads=[1 << 20] * 4), LISTED
    yield "pool without a kernel", single("MaxPool", (1, 1, 4, 4)), LISTED
    yield "flatten at axis 2^62", single("Flatten", (1, 4), axis=HUGE), LISTED
    yield "reshape to 2^80", single("Reshape", (1, 4), ([3], [1 << 40, 1 << 40, -1], INT64)), LISTED
    yield "reshape with two unknowns", single("Reshape", (1, 4), ([2], [-1, -1], INT64)), LISTED
    yield "reshape to nothing", single("Reshape", (1, 4), ([3], [0, 0, 0], INT64)), LISTED
    yield "gemm of other shapes", single("Gemm", (1, 4), filled(5, 3)), LISTED
    yield "weights not finite", single("Add", (1, 4), ([4], [float("nan"), float("inf"), 0, 0])), LISTED
    yield "scale of zero variance", single("BatchNormalization", (1, 1, 2, 2), *[([1], [v]) for v in (1.0, 0.0, 0.0, -1.0)], epsilon=0.0), LISTED
    yield "constant of 2^60", x_to_y([node("Constant", [], ["w"], value=declared([1 << 60])), node("Add", ["x", "w"], ["y"])]), REFUSED
    yield "attribute twice", x_to_y([node("Flatten", ["x"], ["y"]) + block(5, attribute("axis", 0)) + block(5, attribute("axis", 1))]), REFUSED


def call(name, inputs=("x",), outputs=("y",), label=""):
    return node(name, inputs, outputs, label, "local")


def tower(height, times, label=""):
    """f0 calls f1 `times` times, f1 calls f2, and so on."""
    def body(level):
        return [call("f%d" % (level + 1), ["v%d" % k], ["v%d" % (k + 1)], label + str(k) if label else "") for k in range(times)]
    functions = [function("f%d" % level, ["v0"], ["v%d" % times], body(level)) for level in range(height)]
    return x_to_y([call("f0")], functions=functions + [function("f%d" % height, ["v0"], ["v1"], [node("Relu", ["v0"], ["v1"])])])


def hostile_functions():
    relu = [node("Relu", ["a"], ["b"])]
    yield "function of itself", x_to_y([call("F")], functions=[function("F", ["a"], ["b"], [call("F", ["a"], ["b"])])])
    yield "functions in a circle", x_to_y([call("f0")], functions=[
        function("f%d" % i, ["a"], ["b"], [call("f%d" % ((i + 1) % 50), ["a"], ["b"])]) for i in range(50)])
    yield "2^40 calls", tower(40, 2)
    yield "100^3 calls", tower(3, 100)
    yield "5000 calls deep", tower(5000, 1)
    yield "calls with long names", tower(15, 2, "n" * 100000)
    yield "calls of an empty function", x_to_y(
        [call("F", ["x"], ["v%d" % i]) for i in range(100000)] + [call("F")], functions=[function("F", ["a"], ["a"], [])])
    yield "a body of 200000 nodes", x_to_y([call("F", label="n" * 1000)], functions=[
        function("F", ["a"], ["b"], [node("Relu", ["a"], ["b"])] * 200000)])
    yield "values that are named like a body's", x_to_y(
        [node("Relu", ["x"], ["F/b#%d" % i]) for i in range(2, 20000)] + [node("Relu", ["x"], ["F/b"]), call("F", ["x"], [], "F")],
        functions=[function("F", ["a"], ["b"], relu)])
    yield "constant that calls repeat", x_to_y(
        [call("F", ["x"], ["v%d" % i]) for i in range(2000)] + [call("F")],
        functions=[function("F", ["a"], ["b"], [node("Constant", [], ["k"], value=tensor("k", [65536], [0.5] * 65536)),
                                                node("Add", ["a", "k"], ["b"])])])
    yield "function twice", x_to_y([call("F")], functions=[function("F", ["a"], ["b"], relu)] * 2)
    yield "function that reads the graph", x_to_y([call("F")], functions=[function("F", ["a"], ["b"], [node("Relu", ["x"], ["b"])])])
    yield "function without its output", x_to_y([call("F")], functions=[function("F", ["a"], ["c"], relu)])
    yield "function of opset 2^62", x_to_y([call("F")], functions=[function("F", ["a"], ["b"], relu, opset=HUGE)])
    yield "function instead of Relu", x_to_y([node("Relu", ["x"], ["y"])], functions=[function("Relu", ["a"], ["b"], relu, domain="")])
    yield "a million empty functions", x_to_y([node("Relu", ["x"], ["y"])]) + b"\xca\x01\x00" * 1000000


def external_folder(folder):
    """What lies beside the models: w.bin of 16 bytes, hole.bin that declares 3 GB, links that lead out, a pipe."""
    (folder / "w.bin").write_bytes(bytes(16))
    (folder / "large.bin").write_bytes(bytes(1 << 20))
    with open(folder / "hole.bin", "wb") as hole:
        hole.truncate(3 << 30)
    os.symlink("/etc/passwd", folder / "link.bin")
    os.symlink("/", folder / "root")
    os.mkfifo(folder / "pipe.bin")


def hostile_external():
    def at(location, dims=(4,), **entries):
        return x_to_y([node("Add", ["x", "w"], ["y"])], [external("w", dims, {"location": location, **entries})])
    yield "external data above", at("../../../etc/passwd")
    yield "external data at the root", at("/etc/passwd")
    yield "external data behind a link", at("link.bin")
    yield "external data behind a linked folder", at("root/etc/passwd")
    yield "external data in a pipe", at("pipe.bin")
    yield "external data in a device", at("root/dev/zero")
    yield "external data nowhere", at("nowhere.bin")
    yield "external data in a folder", at(".")
    yield "external data without a file", at("")
    yield "external data beyond the end", at("w.bin", offset="8", length="16")
    yield "external data at 2^64 - 8", at("w.bin", offset=str(2**64 - 8), length="16")
    yield "external data at -16", at("w.bin", offset="-16")
    yield "external data of 2^60", at("w.bin", (1 << 30, 1 << 30))
    yield "external data of 2 GB in 16 bytes", at("w.bin", (1 << 29,))
    yield "external data of 16 bytes in 3 GB", at("hole.bin")
    yield "external data in a million entries", x_to_y([node("Add", ["x", "w"], ["y"])], [
        external("w", [4], {"location": "w.bin"}) + block(13, b"") * 1000000])
    yield "one external file for 1000 tensors", x_to_y([node("Add", ["x", "w0"], ["y"])], [
        external("w%d" % i, [1 << 18], {"location": "large.bin"}) for i in range(1000)])


def long_graphs():
    """Only inspected, since they are honest: what must not be quadratic in the number of nodes."""
    yield "20000 nodes", chain(20000, False)
    yield "20000 nodes backwards", chain(20000, True)
    yield "20000 nodes of one name", x_to_y([node("Relu", ["x"], ["v%d" % i], "same") for i in range(20000)] + [node("Relu", ["x"], ["y"])])
    yield "60000 nodes of one name in a function", x_to_y([call("F")], functions=[function(
        "F", ["a"], ["b"], [node("Relu", ["a"], ["v%d" % i], "same") for i in range(60000)] + [node("Relu", ["a"], ["b"])])])


def hostile_models():
    for name, data in broken_files():
        yield name, data, REFUSED
    for name, data in hostile_tensors():
        yield name, data, REFUSED
    for name, data in hostile_external():
        yield name, data, REFUSED
    for name, data in hostile_functions():
        yield name, data, REFUSED
    yield from hostile_graphs()
