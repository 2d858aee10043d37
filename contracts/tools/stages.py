#!/usr/bin/env python3
"""Prints as JSON what every stage of the verifier of one proof starts from and leaves: `stages.py PREFIX.vk PROOF`.

Elements of E are words with lanes of 85 bits, as in src/Field.sol, bytes are hex. From the independent verifier."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from specverify import field, opening, verifier  # noqa: E402
from specverify.hashing import Transcript  # noqa: E402


def word(a):
    return str(a[0] | a[1] << 85 | a[2] << 170)


class Recorder(Transcript):
    """Keeps the state with which the opening begins."""

    def absorb(self, label, data):
        if label == "opening statement":
            self.at_opening = self.state, self.used, self.pending
        super().absorb(label, data)


found = {}


class Recorded(opening.Opening):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        found["opening"] = self

    def final(self):
        found["folded"] = super().final()
        return found["folded"]

    def constraint_sum(self):
        found["constraints"] = super().constraint_sum()
        return found["constraints"]


opening.Opening = Recorded


def stages(key_path, proof_path):
    key = verifier.Key(Path(key_path).read_bytes(), True)
    data = Path(proof_path).read_bytes()
    t = key.check(data, Recorder)
    o, (state, used, pending) = found["opening"], t.at_opening
    assert pending == b""
    core = key.core
    return {
        "params": core.params.encoded.hex(), "state": state.hex(), "root_w": (core.root_w if key.has_weights else bytes(32)).hex(),
        "root_x": t.root_x.hex(), "value": word(t.value), "stream": t.stream[used:].hex(),
        "used": len(t.stream) - used, "claim": word(o.claim), "folded": word(found["folded"]),
        "constraints": word(found["constraints"]), "limb_point": [word(x) for x in o.limb_point],
        "pads": [word(x) for x in o.pads] if core.params.masked else [], "point": [word(x) for x in o.point],
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    json.dump(stages(*sys.argv[1:]), sys.stdout)
