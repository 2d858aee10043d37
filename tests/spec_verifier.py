#!/usr/bin/env python3
"""Verify a Tacit proof: spec_verifier.py KEY PROOF. See protocol.md; exit 0 accepted, 1 rejected, 2 unusable input."""

import argparse
import sys

from specverify.verifier import Key, verify
from specverify.field import Reject
from specverify import mutants


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("key")
    parser.add_argument("proof")
    parser.add_argument("--skip-registration", action="store_true", help="do not check the key's registration proof")
    parser.add_argument("--mutants", type=int, metavar="N", help="check N mutants of the proof instead")
    parser.add_argument("--frozen", action="store_true", help="one flip in every message, under honest challenges")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vectors", metavar="FILE", help="write intermediate values as JSON")
    args = parser.parse_args()
    try:
        with open(args.key, "rb") as file:
            key_bytes = file.read()
        with open(args.proof, "rb") as file:
            proof = file.read()
    except OSError as error:
        print(f"cannot read: {error}")
        return 2
    try:
        key = Key(key_bytes, args.skip_registration)
    except Reject as reason:
        print(f"rejected key: {reason}")
        return 1
    if args.mutants:
        return mutants.run(key, proof, args.mutants, args.seed)
    if args.frozen:
        return mutants.run_frozen(key, proof, args.seed)
    accepted, reason = verify(key, proof)
    print("accepted" if accepted else f"rejected: {reason}")
    if accepted and args.vectors:
        mutants.write_vectors(key, proof, args.vectors)
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main())
