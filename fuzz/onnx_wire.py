"""ONNX files written by hand, byte by byte: protobuf's wire format and the few messages of onnx.proto that models use.

    model(graph([node("Relu", ["x"], ["y"])], [value("x", [1, 4])], [value("y", [1, 4])]))  ->  bytes of an .onnx file

Nothing here checks anything, so that files may be as wrong as they like.
"""
import struct

FLOAT, INT64 = 1, 7


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, n):
    return varint(field << 3) + varint(n)


def block(field, data):
    """A length-delimited field: a message, a string, or packed numbers."""
    if isinstance(data, str):
        data = data.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


class Reference(str):
    """The name of an attribute of the function around a node."""


def attribute(name, v):
    head = block(1, name)
    if isinstance(v, Reference):
        return head + block(21, v) + number(20, 1)
    if isinstance(v, float):
        return head + varint(2 << 3 | 5) + struct.pack("<f", v) + number(20, 1)
    if isinstance(v, int):
        return head + number(3, v) + number(20, 2)
    if isinstance(v, str):
        return head + block(4, v) + number(20, 3)
    if isinstance(v, bytes):  # a tensor
        return head + block(5, v) + number(20, 4)
    return head + b"".join(number(8, i) for i in v) + number(20, 7)


def node(op, inputs, outputs, name="", domain="", **attributes):
    out = b"".join(block(1, i) for i in inputs) + b"".join(block(2, o) for o in outputs)
    out += (block(3, name) if name else b"") + block(4, op)
    out += b"".join(block(5, attribute(k, v)) for k, v in attributes.items())
    return out + (block(7, domain) if domain else b"")


def tensor(name, dims, values, kind=FLOAT):
    out = b"".join(number(1, d) for d in dims) + number(2, kind) + block(8, name)
    return out + block(9, struct.pack("<%d%s" % (len(values), "f" if kind == FLOAT else "q"), *values))


def external(name, dims, entries, kind=FLOAT):
    """A tensor whose data lie in another file; entries: location, offset, length."""
    out = b"".join(number(1, d) for d in dims) + number(2, kind) + block(8, name)
    return out + b"".join(block(13, block(1, k) + block(2, v)) for k, v in entries.items()) + number(14, 1)


def function(name, inputs, outputs, nodes, attributes=(), domain="local", opset=13, **defaults):
    out = block(1, name) + b"".join(block(4, i) for i in inputs) + b"".join(block(5, o) for o in outputs)
    out += b"".join(block(6, a) for a in attributes) + b"".join(block(7, n) for n in nodes)
    out += block(9, number(2, opset)) + block(9, block(1, "local") + number(2, 1)) + block(10, domain)
    return out + b"".join(block(11, attribute(k, v)) for k, v in defaults.items())


def value(name, dims, kind=FLOAT):
    """A graph's input or output; a dimension given as text is symbolic."""
    shape = b"".join(block(1, block(2, d) if isinstance(d, str) else number(1, d)) for d in dims)
    return block(1, name) + block(2, block(1, number(1, kind) + block(2, shape)))


def graph(nodes, inputs, outputs, initialisers=(), name="hand-made"):
    out = b"".join(block(1, n) for n in nodes) + block(2, name) + b"".join(block(5, t) for t in initialisers)
    return out + b"".join(block(11, v) for v in inputs) + b"".join(block(12, v) for v in outputs)


def model(graph_bytes, opset=13, domain="", functions=()):
    out = number(1, 8 if functions else 7) + block(7, graph_bytes) + block(8, block(1, domain) + number(2, opset))
    return out + b"".join(block(25, f) for f in functions)
