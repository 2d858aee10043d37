#!/usr/bin/env python3
"""The verifier program is small and links nothing of the prover.

Usage: verifier_binary.py PATH/TO/tacit-verify
Checks: under 2 MB stripped; needs only libc, libstdc++ and their companions; no symbol of operators, model readers,
provers, random numbers, sockets or temporary files.
"""
import os
import re
import subprocess
import sys
import tempfile

ALLOWED_LIBRARIES = {"libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
FORBIDDEN = re.compile(
    r"tbb|onnx|protobuf|zlib|inflate|\bGraph::|Operator::|Lowering|\bBook::|Prover::|LedgerCovector::|WitnessView::|OpeningView|find_nonce|"
    r"run_steps|MerkleTree|tacit::Random::|os_entropy|ModelSecret|SecretBytes|tacit::Ledger::|CommittedWitness|make_masks|draw_pads|"
    r"getrandom|random_device|arc4random|\brand\b|\bsrand\b|\bsocket\b|\bconnect\b|mkstemp|tmpfile|tmpnam|"
    r"__cxa_throw|__cxa_allocate_exception")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main():
    binary = sys.argv[1]
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        stripped = os.path.join(folder, "stripped")
        run("strip", "-o", stripped, binary)
        size = os.path.getsize(stripped)
    if size >= 2_000_000:
        problems.append(f"{size} bytes stripped")
    libraries = set(re.findall(r"NEEDED.*\[(.+)\]", run("readelf", "-d", binary)))
    problems += [f"needs {name}" for name in sorted(libraries - ALLOWED_LIBRARIES)]
    symbols = run("nm", "-C", binary)
    if len(symbols.splitlines()) < 100:
        problems.append("has no symbol table to look at")
    problems += [f"has symbol {line}" for line in symbols.splitlines() if FORBIDDEN.search(line.split(None, 2)[-1])]
    print("\n".join(problems) if problems else f"verifier: {size} bytes stripped, needs {', '.join(sorted(libraries))}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
