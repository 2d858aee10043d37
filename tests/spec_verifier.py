#!/usr/bin/env python3
"""Verify a Tacit proof: spec_verifier.py KEY PROOF. See protocol.md; exit 0 accepted, 1 rejected, 2 unusable input."""

import argparse
import sys

from specverify import mutants
from specverify.field import Reject
from specverify.vectors import protocol_vectors
from specverify.verifier import Key, verify


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("key", nargs="?")
    parser.add_argument("proof", nargs="?")
    parser.add_argument("--skip-registration", action="store_true", help="do not check the key's registration proof")
    parser.add_argument("--mutants", type=int, metavar="N", help="check N mutants of the proof instead")
    parser.add_argument("--frozen", action="store_true", help="one flip in every message, under honest challenges")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vectors", metavar="FILE", help="write intermediate values as JSON")
    parser.add_argument("--emit-vectors", metavar="FILE", help="write the vectors of sections 2 to 4 and stop")
    args = parser.parse_args()
    if not args.emit_vectors and args.proof is None:
        parser.error("KEY and PROOF are needed")
    return args


def main():
    args = arguments()
    if args.emit_vectors:
        with open(args.emit_vectors, "w", encoding="utf-8") as file:
            file.write(protocol_vectors())
        return 0
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
