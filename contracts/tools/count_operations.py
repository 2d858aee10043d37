#!/usr/bin/env python3
"""Counts what a verifier of one proof does, stage by stage: the input of the gas estimates in docs/decisions/008.

    contracts/tools/count_operations.py PREFIX.vk PROOF ...

The counts are those of the independent verifier in tests/specverify. It is written for plainness, so they are an upper bound for
a verifier that evaluates forms by structure instead of entry by entry. Counted: products in E (mul), products of E with integers
(scale), terms of inner products E x E (dot) and E x F (dot_ints), additions, inversions, Keccak calls and their 136-byte blocks.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from specverify import field, hashing  # noqa: E402

counts, stage = defaultdict(Counter), ["other"]


def note(what, n=1):
    counts[stage[-1]][what] += n


def counted(module, name, what, size=lambda *_: 1):
    plain = getattr(module, name)

    def wrapped(*arguments):
        note(what, size(*arguments))
        return plain(*arguments)

    setattr(module, name, wrapped)


def dot_of_ints(coordinates, ints):
    ints = list(ints)
    note("dot_ints", len(ints))
    return plain_dot_ints(coordinates, ints)


def dot_of(xs, ys):
    xs, ys = list(xs), list(ys)
    note("dot", min(len(xs), len(ys)))
    return plain_dot(xs, ys)


for function in ("mul", "scale", "add", "sub", "inv"):
    counted(field, function, {"sub": "add"}.get(function, function))
plain_dot, plain_dot_ints, plain_total = field.dot, field.dot_ints, field.total
field.dot, field.dot_ints = dot_of, dot_of_ints
plain_keccak = hashing.keccak256


def keccak256(data):
    note("keccak")
    note("blocks", len(data) // 136 + 1)
    return plain_keccak(data)


hashing.keccak256 = keccak256

from specverify import argument, leaves, opening, verifier  # noqa: E402


def staged(owner, name, label):
    plain = getattr(owner, name)

    def wrapped(*arguments):
        stage.append(label)
        try:
            return plain(*arguments)
        finally:
            stage.pop()

    setattr(owner, name, wrapped)


STAGES = ((argument, "fraction_sum", "8.2 fraction sum"), (argument, "Leaves", "8.3 leaf claims"),
          (leaves.Leaves, "_function", "8.3 function tables"), (argument, "contractions", "8.4 contractions"),
          (argument, "pad_check", "8.5 pad check"), (argument, "ledger", "8.6 ledger"),
          (argument, "evaluate", "8.6 public columns"),
          (opening.Opening, "limb_fold", "8.8 limb fold"), (opening.Opening, "query", "8.9 queries"),
          (opening.Opening, "_open", "8.9 Merkle proofs"), (opening.Opening, "extension_round", "8.9 rounds"),
          (opening.Opening, "final", "8.10 final vector"), (opening.Opening, "constraint_sum", "8.10 constraints"),
          (opening, "_pad_part", "8.10 pads of the limb fold"), (opening, "_pin_part", "8.10 pin"),
          (opening, "covector_at", "8.10 covectors"))
for owner, name, label in STAGES:
    staged(owner, name, label)

KINDS = ("mul", "dot", "scale", "dot_ints", "add", "inv", "keccak", "blocks")


def report(key_path, proof_path):
    key = verifier.Key(Path(key_path).read_bytes(), True)
    counts.clear()
    proof = Path(proof_path).read_bytes()
    transcript = key.check(proof)
    print(f"{Path(proof_path).name}: {len(proof)} bytes, core of {len(key.core.data)} bytes")
    sizes, times = Counter(), Counter()
    for label, _, size in transcript.messages:
        sizes[label] += size
        times[label] += 1
    print("  messages: " + ", ".join(f"{label} {times[label]} x, {size} B" for label, size in sizes.items()))
    print(f"  {'stage':28}" + "".join(f"{kind:>10}" for kind in KINDS))
    total = Counter()
    for label, found in sorted(counts.items()):
        total.update(found)
        print(f"  {label:28}" + "".join(f"{found[kind]:>10}" for kind in KINDS))
    print(f"  {'total':28}" + "".join(f"{total[kind]:>10}" for kind in KINDS))


if __name__ == "__main__":
    if len(sys.argv) < 3 or len(sys.argv) % 2 == 0:
        sys.exit(__doc__)
    for pair in zip(sys.argv[1::2], sys.argv[2::2]):
        report(*pair)
