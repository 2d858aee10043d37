"""Mutants of a key, all of which must be refused: what the commitments and the registration bind, and what follows
from the visibility of weights and ports."""

from .keyfile import read_key

START = 14                                            # offset of the core: magic, version, length
PARAMETERS = (("size of W", 1, 8), ("size of X", 9, 8), ("limbs of W", 21, 4), ("limbs of X", 25, 4),
              ("random slots of W", 29, 4), ("random slots of X", 33, 4), ("queries", 54, 4))


def _fields(data):
    """{name: (offset, size)} of the numbers of a key that say what is hidden."""
    core, registration, _ = read_key(data)
    end = START + int.from_bytes(data[10:START], "little")
    settings = START + 4 + int.from_bytes(data[START:START + 4], "little")
    found = {"version": (8, 2), "activation bits": (settings, 4), "security": (settings + 8, 4),
             "openings": (settings + 12, 4), "visibility of the weights": (settings + 16, 1)}
    places = [("model", end - 56 - len(core.params.encoded))] + ([("registration", end)] if registration else [])
    for name, at in places:
        for field, offset, size in PARAMETERS:
            found[f"{field}, {name}"] = at + offset, size
    for port in core.inputs + core.outputs:
        name = len(port.name).to_bytes(4, "little") + port.name
        at = data.rindex(name, 0, end) + len(name) + 4 + 8 * len(port.dims) + 24
        found["visibility of " + port.name.decode()] = at, 1
        found["low column of " + port.name.decode()] = at + 1, 4
    return found


def key_mutants(data):
    """(name, bytes) of keys that no verifier accepts."""
    end = START + int.from_bytes(data[10:START], "little")
    for name, at in (("magic", 0), ("name of the model", 18), ("root of the weights", end - 56), ("pin", end - 24),
                     ("registration proof", len(data) - 40)):
        yield name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    yield "one byte more", data + b"\0"
    yield "one byte less", data[:-1]
    for name, (at, size) in _fields(data).items():
        value = int.from_bytes(data[at:at + size], "little")
        changed = {value ^ 1, 0, 2} if "visibility" in name else {0, value - 1, value + 1, 2 * value + 1}
        for new in sorted(v for v in changed - {value} if 0 <= v < 1 << 8 * size):
            yield f"{name} is {new}", data[:at] + new.to_bytes(size, "little") + data[at + size:]
