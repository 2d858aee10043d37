#!/usr/bin/env python3
"""The verifier written from the specification agrees with the built one: check_spec_verifier.py BUILD_DIR.

Accepts proofs that the command line makes of the digits example, refuses every mutant. Exit 0 agreed, 1 disagreed.
"""

import ast
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from specverify import selftest
from specverify.bounds import check_bounds
from specverify.definitions import check_definitions
from specverify.field import Reject
from specverify.keyfile import check_ports
from specverify.mutants import mutants_of
from specverify.vectors import protocol_vectors
from specverify.verifier import Key, verify

TESTS = Path(__file__).resolve().parent
DIGITS = TESTS.parent / "examples" / "digits"
VECTORS = (                                           # name, options of compile, check the registration as well
    ("default", [], True),
    ("public input", ["--input", "public"], False),
    ("private output", ["--output", "private"], False),
    ("security 100", ["--security", "100"], True),
    ("batch of two", ["--batch", "2"], False),
    ("8-bit activations", ["--activation-bits", "8"], True),
)
MUTANTS, COMPARED, WORKERS = 120, 30, 2
REFUSALS = ("rejected", "unusable")                   # verdicts of tacit-verify
KEYS = {}                                             # accepted keys by name, for the workers


def progress(text):
    print(text, flush=True)


def first_samples(source, count, target):
    """Copy the first samples of a float32 .npy file."""
    data = source.read_bytes()
    end = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:end].decode())
    assert data[:8] == b"\x93NUMPY\x01\x00" and header["descr"] == "<f4" and not header["fortran_order"]
    size = len(data[end:]) // header["shape"][0]
    header["shape"] = (count, *header["shape"][1:])
    text = repr(header).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    target.write_bytes(data[:8] + len(text).to_bytes(2, "little") + text + data[end:end + count * size])


def make_vectors(build, folder):
    """Compile and prove; {name: (key file, proof file)}."""
    first_samples(DIGITS / "heldout_images.npy", 2, folder / "two.npy")
    files = {}
    for name, options, _ in VECTORS:
        prefix = folder / name.replace(" ", "_")
        key, proof = Path(f"{prefix}.vk"), Path(f"{prefix}.bin")
        sample = folder / "two.npy" if "--batch" in options else DIGITS / "digit.npy"
        for command in (["compile", DIGITS / "digits.onnx", "-o", prefix, "--calibration", DIGITS / "calibration.npy",
                         *options], ["prove", f"{prefix}.tacit", sample, "-o", proof]):
            subprocess.run([build / "tacit", *command], check=True, stdout=subprocess.DEVNULL)
        files[name] = key, proof
    return files


def built_verdict(build, key, proof):
    code = subprocess.run([build / "tacit-verify", key, proof], capture_output=True, check=False).returncode
    return {0: "accepted", 1: "rejected", 2: "unusable"}.get(code, f"exit code {code}")


def load(item):
    """(name, accepted, reason, key) of one vector."""
    name, key, proof, with_registration = item
    try:
        key = Key(key.read_bytes(), skip_registration=not with_registration)
    except Reject as reason:
        return name, False, f"key: {reason}", None
    return name, *verify(key, proof.read_bytes()), key


def check_accepted(build, files, pool):
    problems = []
    items = [(name, *files[name], registration) for name, _, registration in VECTORS]
    for name, ok, reason, key in pool.imap(load, items):
        built = built_verdict(build, *files[name])
        progress(f"  {name}: {reason if ok else 'REJECTED: ' + reason}; tacit-verify: {built}")
        if not ok or built != "accepted":
            problems.append(f"{name} is not accepted by both")
        KEYS[name] = key
    return problems


def check_one_mutant(item):
    kind, data = item
    try:
        return kind, *verify(KEYS["default"], data)
    except Exception as error:                        # a verifier must refuse, never fail
        return kind, True, f"failed: {error!r}"


def pick(mutants, rng):
    """One mutant of every kind, then a second one of every kind, and so on."""
    rng.shuffle(mutants)
    seen, ranked = Counter(), []
    for kind, data in mutants:
        ranked.append((seen[kind], kind, data))
        seen[kind] += 1
    ranked.sort(key=lambda x: x[0])
    return [(kind, data) for _, kind, data in ranked[:MUTANTS]]


def check_mutants(build, files, folder, context):
    key, proof = KEYS["default"], files["default"][1].read_bytes()
    rng = random.Random(1)
    chosen, reasons, problems = pick(mutants_of(key, proof, 600, 1), rng), Counter(), []
    with context.Pool(WORKERS) as pool:               # forked here, so with the key
        for i, (kind, ok, reason) in enumerate(pool.imap(check_one_mutant, chosen), 1):
            reasons[reason] += 1
            if ok:
                problems.append(f"mutant accepted: {kind} ({reason})")
            if i % 50 == 0:
                progress(f"  {i} of {len(chosen)} mutants, {len(problems)} accepted")
    for reason, n in reasons.most_common():
        progress(f"  {n:5} {reason}")
    for kind, data in chosen[:COMPARED]:
        (folder / "mutant.bin").write_bytes(data)
        built = built_verdict(build, files["default"][0], folder / "mutant.bin")
        if built not in REFUSALS:
            problems.append(f"tacit-verify says {built} on a mutant: {kind}")
    progress(f"  {min(COMPARED, len(chosen))} of them compared with tacit-verify")
    return problems


def key_mutants(files):
    """Keys that no verifier accepts: (name, bytes)."""
    key = files["default"][0].read_bytes()
    core = int.from_bytes(key[10:14], "little")
    yield "magic", b"X" + key[1:]
    yield "one byte more", key + b"\0"
    yield "one byte less", key[:-1]
    yield "root of the weights", key[:14 + core - 56] + bytes([key[14 + core - 56] ^ 1]) + key[15 + core - 56:]
    yield "pin", key[:14 + core - 24] + bytes([key[14 + core - 24] ^ 1]) + key[15 + core - 24:]
    yield "registration proof", key[:-40] + bytes([key[-40] ^ 1]) + key[-39:]
    yield "name of the model", key[:18] + bytes([key[18] ^ 1]) + key[19:]


def check_keys(build, files, folder):
    problems, proof = [], files["default"][1]
    for name, data in key_mutants(files):
        (folder / "mutant.vk").write_bytes(data)
        ok, reason = verify(data, proof.read_bytes())
        built = built_verdict(build, folder / "mutant.vk", proof)
        progress(f"  {name}: {reason}; tacit-verify: {built}")
        if ok or built not in REFUSALS:
            problems.append(f"key mutant is accepted: {name}")
    return problems


def refused(check, *args):
    try:
        check(*args)
    except Reject:
        return True
    return False


def check_definition_mutants():
    """Without any one of its lookups, or with one twice, the compiled theorem says too little or too much."""
    core, problems, count = KEYS["default"].core, [], 0
    theorem, inputs = core.theorem, {port.column for port in core.inputs}
    lookups = theorem.lookups
    theorems = [("without lookup", i, replace(theorem, lookups=lookups[:i] + lookups[i + 1:]))
                for i in range(len(lookups))]
    theorems += [("with a second lookup", i, replace(theorem, lookups=lookups + (x,)))
                 for i, x in enumerate(lookups) if any(len(e.linears) > 1 for e in x.tuple)]
    for name, i, mutant in theorems:
        count += 1
        if not refused(check_definitions, mutant, inputs) and not refused(check_bounds, mutant):
            problems.append(f"the theorem is accepted {name} {i}")
    shown = replace(core.inputs[0], column=theorem.multiplicities[0])
    twice = (*core.outputs, *core.outputs)
    for name, ports in (("a multiplicity column", ((shown,), core.outputs)), ("a name twice", (core.inputs, twice))):
        count += 1
        if not refused(check_ports, theorem, *ports):
            problems.append(f"ports accept {name}")
    if not refused(check_definitions, theorem, set()):
        problems.append("definitions accept a theorem without inputs")
    progress(f"  {count + 1} variants of the theorem and its ports")
    return problems


def check_all(build, folder):
    context, problems = multiprocessing.get_context("fork"), []
    progress("examples of the document, forms against the plain semantics, test vectors")
    selftest.run(count=20)
    if protocol_vectors() != (TESTS / "vectors" / "protocol.json").read_text(encoding="utf-8"):
        problems.append("tests/vectors/protocol.json is out of date")
    progress("proofs")
    files = make_vectors(build, folder)
    with context.Pool(WORKERS) as pool:
        problems += check_accepted(build, files, pool)
    if KEYS["default"] is None:
        return problems
    progress("mutants of the proof")
    problems += check_mutants(build, files, folder, context)
    progress("mutants of the key")
    problems += check_keys(build, files, folder) + check_definition_mutants()
    return problems


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        problems = check_all(Path(sys.argv[1]).resolve(), Path(folder))
    for problem in problems:
        print(f"DISAGREES: {problem}")
    print(f"{len(VECTORS)} proofs, {MUTANTS} mutants, {len(problems)} disagreements, {time.monotonic() - start:.0f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
