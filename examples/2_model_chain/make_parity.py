#!/usr/bin/env python3
"""Writes parity.onnx: parity = Relu(logits) W, logits [1, 10], W [10, 2] sums the even and the odd classes.

A message is its fields one behind the other: key = number * 8 + kind, then a number (kind 0) or a length and as many bytes
(kind 2). Python's standard library only.
"""
import pathlib
import struct


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out) + bytes([n])


def number(field, value):
    return varint(field * 8) + varint(value)


def part(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field * 8 + 2) + varint(len(content)) + content


def value(name, dims):
    shape = b"".join(part(1, number(1, d)) for d in dims)
    return part(1, name) + part(2, part(1, number(1, 1) + part(2, shape)))


def node(operator, inputs, output):
    return b"".join(part(1, name) for name in inputs) + part(2, output) + part(4, operator)


weights = [1.0 if digit % 2 == column else 0.0 for digit in range(10) for column in range(2)]
tensor = number(1, 10) + number(1, 2) + number(2, 1) + part(8, "W") + part(9, struct.pack("<20f", *weights))
graph = (part(1, node("Relu", ["logits"], "evidence")) + part(1, node("MatMul", ["evidence", "W"], "parity")) + part(2, "parity")
         + part(5, tensor) + part(11, value("logits", [1, 10])) + part(12, value("parity", [1, 2])))
model = number(1, 7) + part(7, graph) + part(8, number(2, 13))
pathlib.Path(__file__).with_name("parity.onnx").write_bytes(model)
