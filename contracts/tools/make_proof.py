#!/usr/bin/env python3
"""Writes a proof for the tests of the contracts as JSON: `make_proof.py PREFIX.vk PROOF`, or `make_proof.py stranger KIND`.

plan, values and stream are the arguments of a deployment and a call (plan.py); opening is what the call of the opening starts from and
leaves (stages.py); mutants are bytes of the stream to change, (place, xor), one or two in every kind of message, all of which the
independent verifier refuses. A stranger is one of the small theorems of tests/specverify/strangers.py, proven by specverify's own
prover."""

import json
import random
import sys
import tempfile
from pathlib import Path

import plan
import stages
from specverify.verifier import Key, verify

MUTANTS_PER_LABEL = 2


def mutants(key, proof, transcript):
    rng, out, start = random.Random(7), [], len(proof) - len(transcript.stream)
    by_label = {}
    for label, offset, size in transcript.messages:
        if size:
            by_label.setdefault(label, []).append((offset, size))
    for label, found in sorted(by_label.items()):
        for _ in range(MUTANTS_PER_LABEL):
            offset, size = rng.choice(found)
            place, change = offset + rng.randrange(size), 1 << rng.randrange(8)
            changed = bytearray(proof)
            changed[start + place] ^= change
            if not verify(key, bytes(changed))[0]:    # a proof of work may have another nonce
                out.append([place, change])
    return out


def case(key_path, proof_path):
    data, proof = Path(key_path).read_bytes(), Path(proof_path).read_bytes()
    values, stream = plan.call_of(data, proof)
    key = Key(data, True)
    return {"plan": plan.plan_of(data).hex(), "values": values.hex(), "stream": stream.hex(),
            "opening": stages.stages(key_path, proof_path), "mutants": mutants(key, proof, key.check(proof))}


def stranger(kind):
    from specverify import strangercheck, strangers
    with tempfile.TemporaryDirectory() as folder:
        _, key_path, proof_path = strangercheck.write_stranger(Path(folder), strangers.KINDS[kind])
        return case(key_path, proof_path)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    found = stranger(int(sys.argv[2])) if sys.argv[1] == "stranger" else case(*sys.argv[1:])
    del found["opening"]["stream"]
    json.dump(found, sys.stdout, separators=(",", ":"))
