"""An .onnx file as plain Python, read from the wire format of protobuf: no package is needed, so that nothing of ours or of ONNX's
own code stands between the file and its check. Fields that an exported graph does not use are skipped."""
import numpy as np

TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64, 8: object, 9: np.bool_,
         10: np.float16, 11: np.float64, 12: np.uint32, 13: np.uint64}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    """(number, value) of every field: an int, or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def integers(value):
    """A repeated int64 field, packed or one at a time."""
    if isinstance(value, int):
        return [signed(value)]
    out, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        out.append(signed(number))
    return out


def text(value):
    return bytes(value).decode()


def tensor(data):
    """(name, array) of a TensorProto with raw data or strings."""
    dims, kind, name, raw, strings = [], None, "", b"", []
    for number, value in fields(data):
        if number == 1:
            dims += integers(value)
        elif number == 2:
            kind = TYPES[value]
        elif number == 6:
            strings.append(text(value))
        elif number == 8:
            name = text(value)
        elif number == 9:
            raw = value
    array = np.array(strings, object) if kind is object else np.frombuffer(raw, np.dtype(kind).newbyteorder("<")).astype(kind)
    return name, array.reshape(dims)


def attribute(data):
    name, value = "", None
    for number, field in fields(data):
        if number == 1:
            name = text(field)
        elif number == 3:
            value = signed(field)
        elif number == 8:
            value = (value or []) + integers(field)
    return name, value


class Node:
    def __init__(self, data):
        self.inputs, self.outputs, self.op, self.attributes = [], [], "", {}
        for number, value in fields(data):
            if number == 1:
                self.inputs.append(text(value))
            elif number == 2:
                self.outputs.append(text(value))
            elif number == 4:
                self.op = text(value)
            elif number == 5:
                name, found = attribute(value)
                self.attributes[name] = found


def value_info(data):
    """(name, element type, dims)."""
    name, kind, dims = "", None, []
    for number, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            for _, tensor_type in (f for f in fields(value) if f[0] == 1):
                for inner, field in fields(tensor_type):
                    if inner == 1:
                        kind = TYPES[field]
                    elif inner == 2:
                        dims = [dict(fields(dim))[1] for _, dim in fields(field)]
    return name, kind, dims


class Graph:
    """Nodes in order, constants by name, inputs and outputs as value_info gives them."""

    def __init__(self, data):
        self.nodes, self.constants, self.inputs, self.outputs, self.notes = [], {}, [], [], {}
        for number, value in fields(memoryview(data)):
            if number == 7:
                self.read(value)
            elif number == 14:
                note = dict(fields(value))
                self.notes[text(note[1])] = text(note[2])

    def read(self, data):
        for number, value in fields(data):
            if number == 1:
                self.nodes.append(Node(value))
            elif number == 5:
                name, array = tensor(value)
                self.constants[name] = array
            elif number == 11:
                self.inputs.append(value_info(value))
            elif number == 12:
                self.outputs.append(value_info(value))
