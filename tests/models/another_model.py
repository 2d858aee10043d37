"""An ONNX file that differs from a given one in the sign of one weight: another model of the same shape.

    ModelProto.graph = 7 -> GraphProto.initializer = 5 -> TensorProto { dims = 1, data_type = 2, float_data = 4, raw_data = 9 }

Reads the protobuf wire format itself, so that it needs no package, and changes the bytes in place.
"""
import numpy as np

GRAPH, INITIALIZER = 7, 5
NODE, ATTRIBUTE, NAME, FLOATS = 1, 5, 1, 7
TRAINED = (b"coefficients", b"class_weights", b"target_weights")   # of operators of ai.onnx.ml
DIMS, DATA_TYPE, FLOAT_DATA, RAW_DATA = 1, 2, 4, 9
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
FLOAT, INTEGERS_OF_8_BITS = 1, (2, 3)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data, at, end):
    """(number, value) for integers, (number, (begin, end)) for what has a length, between two places of `data`."""
    while at < end:
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = varint(data, at)
        elif wire == BYTES:
            length, begin = varint(data, at)
            value, at = (begin, begin + length), begin + length
        elif wire in (FIXED32, FIXED64):
            size = 4 if wire == FIXED32 else 8
            value, at = (at, at + size), at + size
        else:
            raise ValueError(f"wire type {wire} at byte {at}")
        yield number, value


def matrices(data, types=(FLOAT,)):
    """Where the values lie of every initializer of rank 2 or more of these types."""
    for number, graph in fields(data, 0, len(data)):
        if number != GRAPH:
            continue
        for number, tensor in fields(data, *graph):
            if number != INITIALIZER:
                continue
            rank, values, fits = 0, None, False
            for number, value in fields(data, *tensor):
                if number == DIMS:   # one integer each, or all of them packed
                    rank += 1 if isinstance(value, int) else value[1] - value[0]
                elif number == DATA_TYPE:
                    fits = value in types
                elif number in ((FLOAT_DATA, RAW_DATA) if FLOAT in types else (RAW_DATA,)) and value[1] - value[0] > 4:
                    values = value
            if fits and rank >= 2 and values:
                yield values


def float_attributes(data):
    """Of every node's list of trained floats: where each number lies."""
    for number, graph in fields(data, 0, len(data)):
        for number, node in fields(data, *graph) if number == GRAPH else ():
            for number, attribute in fields(data, *node) if number == NODE else ():
                if number != ATTRIBUTE:
                    continue
                parts = list(fields(data, *attribute))
                trained = any(number == NAME and data[slice(*value)] in TRAINED for number, value in parts)
                places = [at for number, value in parts if number == FLOATS for at in range(*value, 4)]   # one by one, or packed
                if trained and places:
                    yield places


def with_one_weight_negated(model):
    """The bytes of `model` with the largest weight of its last weight matrix, or of its last list of weights, negated; of a model
    whose weights have 8 bits with another bit of one of them."""
    data = bytearray(model)
    places = [list(range(*values, 4)) for values in matrices(model)] or list(float_attributes(model))
    if not places:
        begin, end = list(matrices(model, INTEGERS_OF_8_BITS))[-1]
        data[(begin + end) // 2] ^= 0x40
        return bytes(data)
    values = [abs(np.frombuffer(model, "<f4", 1, at)[0]) for at in places[-1]]
    data[places[-1][int(np.argmax(values))] + 3] ^= 0x80
    return bytes(data)
