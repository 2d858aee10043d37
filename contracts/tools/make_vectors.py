#!/usr/bin/env python3
"""Writes contracts/test/vectors.json: small cases of the library's floors, from the independent verifier in tests/specverify."""

import json
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from specverify import field, vectors  # noqa: E402
from specverify.field import P  # noqa: E402
from specverify.hashing import Transcript  # noqa: E402

rng = random.Random(7992)
EDGES = (0, 1, 2, P - 1, P - 2, 2**32, 2**32 - 1, 2**63, P >> 1)


def element(edge):
    return tuple(rng.choice(EDGES) if edge else rng.randrange(P) for _ in range(3))


def field_cases():
    out = []
    for k in range(40):
        a, b = element(k % 2), element(k % 3 == 0)
        case = {"a": a, "b": b, "mul": field.mul(a, b), "add": field.add(a, b), "sub": field.sub(a, b),
                "scale": field.scale(a, b[0]), "x": field.mul(a, (0, 1, 0))}
        if a != field.ZERO:
            case["inverse"] = field.inv(a)
        out.append({k: [str(c) for c in v] for k, v in case.items()})
    return out


def scalar_cases():
    return [{"k": k, "half": str(field.half_power(k)), "root": str(field.root(k))} for k in (0, 1, 2, 3, 17, 31, 32)]


def codec_cases():
    good = [element(k % 2) for k in range(12)]
    bad = []
    for k in range(9):
        limbs = list(element(True))
        limbs[k % 3] = (P, P + 1, 2**64 - 1)[k // 3]
        bad.append(limbs)

    def data(limbs):
        return b"".join(v.to_bytes(8, "little") for v in limbs).hex()

    return {"good": [{"limbs": [str(v) for v in x], "bytes": data(x)} for x in good], "bad": [data(x) for x in bad]}


def transcript_cases():
    """Scripts of operations in the encoding of LibraryTest.transcript, with what the draws give."""
    cases = []
    for seed in range(6):
        t, script, out, stream = Transcript("contract tests"), b"", [], b""

        def operation(kind, label, size=0, bits=0, data=b""):
            nonlocal script
            script += bytes([kind, len(label)]) + label.encode() + size.to_bytes(4, "big") + bytes([bits]) + data

        operation(0, "protocol", 14, 0, b"contract tests")
        for step in range(5):
            size = rng.choice((0, 1, 24, 48, 135, 300))
            data = rng.randbytes(size)
            t.absorb("data", data)
            operation(0, "data", size, 0, data)
            x = t.draw("challenge of some length")
            out += [str(v) for v in x]
            operation(1, "challenge of some length")
        out.append(str(int.from_bytes(t.seed("work"), "big")))
        operation(2, "work")
        count, bits = ((10, 6), (61, 12), (91, 17), (40, 32), (30, 4), (9, 0))[seed]
        out += [str(v) for v in sorted(set(t.draw_positions("queries", count, bits)))]
        operation(3, "queries", count, bits)
        for size in (24, 48):
            stream += rng.randbytes(size)
            t.stream = stream
            t.read("message", size)
            operation(4, "message", size)
        work = vectors.smallest_nonce(_fork(t), 5)
        stream += work.to_bytes(8, "little")
        t.stream = stream
        t.grind("proof", 5)
        operation(5, "proof", 0, 5)
        out += [str(v) for v in t.draw("last")]
        operation(1, "last")
        cases.append({"script": script.hex(), "stream": stream.hex(), "out": out, "state": t.state.hex()})
    return cases


def _fork(t):
    """The seed of the next proof of work."""
    copy = Transcript("")
    copy.state, copy.pending = t.state, t.pending
    return copy.seed("proof")


def merkle_cases():
    out = []
    for log_domain, openings in ((0, [[0]]), (3, [[1, 4, 5], [0, 3, 6], list(range(8))]), (7, [sorted(rng.sample(range(128), 30))])):
        found = vectors._merkle(log_domain, 16, openings)
        for proof in found["multiproofs"]:
            out.append({"log_domain": log_domain, "positions": proof["positions"], "root": found["root"],
                        "leaves": [found["leaves"][i] for i in proof["positions"]], "siblings": "".join(proof["siblings"])})
    return out


if __name__ == "__main__":
    cases = {"field": field_cases(), "scalars": scalar_cases(), "codec": codec_cases(),
             "transcript": transcript_cases(), "merkle": merkle_cases()}
    (ROOT / "contracts/test/vectors.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
