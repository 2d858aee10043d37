#!/usr/bin/env python3
"""The verifier written from the specification agrees with the built one: check_spec_verifier.py BUILD_DIR.

Accepts proofs that the command line makes of the digits example, refuses every mutant. Exit 0 agreed, 1 disagreed.
"""

import ast
import multiprocessing
import os
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
from specverify.keymutants import key_mutants
from specverify.linkbounds import check_link_bounds
from specverify.models import write_functions_model, write_tree_model
from specverify.mutants import mutants_of
from specverify.renewal import check_renewal
from specverify.strangercheck import check_strangers, write_stranger
from specverify.strangers import KINDS
from specverify.totality import check_totality
from specverify.vectors import protocol_vectors
from specverify.verifier import Key, verify

TESTS = Path(__file__).resolve().parent
DIGITS = TESTS.parent / "examples" / "digits"
VECTORS = (                                           # name, options of compile, check the registration as well
    ("masked", [], True),
    ("nothing hidden", ["--weights", "public", "--input", "public"], True),
    ("public weights", ["--weights", "public"], False),
    ("three openings", ["--openings", "3", "--security", "100"], False),
    ("unique decoding", ["--unique-decoding", "--input", "public"], False),
    ("private output", ["--output", "private", "--activation-bits", "8"], True),
    ("batch of two", ["--batch", "2"], False),
    ("committed", ["--input", "committed", "--output", "committed", "--activation-bits", "8"], False),
    ("functions", ["--input-range=-2,2"], True),
    ("tree", ["--input", "committed", "--grid", "float32", "--input-range=-2,2"], True),
    ("float32", ["--input", "committed", "--grid", "float32", "--activation-bits", "8"], False),
)
MUTANTS = {"masked": 50, "nothing hidden": 30, "committed": 20, "functions": 15, "columns": 15}     # of a proof
RENEWALS = 10                                         # mutants of a renewal
WORKERS = 2
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


def run(build, *command):
    subprocess.run([build / "tacit", *command], check=True, stdout=subprocess.DEVNULL)


def prove_committed(build, folder, prefix, proof):
    outcome = f"{prefix}.outcome"
    run(build, "prove", f"{prefix}.tacit", folder / "digit.opening", "-o", proof, "--commit-output", outcome)


def make_vectors(build, folder):
    """Compile and prove; {name: (key file, proof file)}."""
    first_samples(DIGITS / "heldout_images.npy", 2, folder / "two.npy")
    write_functions_model(folder)
    write_tree_model(folder)
    run(build, "commit", DIGITS / "digit.npy", "-o", folder / "digit")
    files = {}
    for name, options, _ in VECTORS:
        prefix = folder / name.replace(" ", "_")
        key, proof = Path(f"{prefix}.vk"), Path(f"{prefix}.bin")
        if name == "functions":
            run(build, "compile", folder / "functions.onnx", "-o", prefix, *options)
            run(build, "prove", f"{prefix}.tacit", folder / "functions.npy", "-o", proof)
            files[name] = key, proof
            continue
        if name == "tree":
            run(build, "compile", folder / "tree.onnx", "-o", prefix, *options)
            run(build, "commit", folder / "tree.npy", "-o", folder / "rows", "--grid", "float32")
            run(build, "prove", f"{prefix}.tacit", folder / "rows.opening", "-o", proof)
            files[name] = key, proof
            continue
        sample = folder / "two.npy" if "--batch" in options else DIGITS / "digit.npy"
        calibration = DIGITS / "calibration.npy"
        run(build, "compile", DIGITS / "digits.onnx", "-o", prefix, "--calibration", calibration, *options)
        if name == "committed":
            prove_committed(build, folder, prefix, proof)
        elif name == "float32":
            run(build, "commit", sample, "-o", folder / "bits", "--grid", "float32")
            run(build, "prove", f"{prefix}.tacit", folder / "bits.opening", "-o", proof)
        else:
            run(build, "prove", f"{prefix}.tacit", sample, "-o", proof)
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
    """(kind, accepted, reason, verdict of tacit-verify) of a mutant of a proof, or of a key with `name` None."""
    build, name, key_file, proof_file, kind, data = item
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        files = (key_file, Path(file.name)) if name else (Path(file.name), proof_file)
        built = built_verdict(build, *files)
    try:
        return kind, *(verify(KEYS[name], data) if name else verify(data, proof_file.read_bytes())), built
    except Exception as error:                        # a verifier must refuse, never fail
        return kind, True, f"failed: {error!r}", built


def check_refused(items, pool):
    """Both verifiers refuse all of them."""
    reasons, problems, count = Counter(), [], 0
    for kind, ok, reason, built in pool.imap(check_one_mutant, items):
        reasons[reason] += 1
        count += 1
        if ok or built not in REFUSALS:
            problems.append(f"mutant {kind}: {'accepted' if ok else 'refused'} ({reason}); tacit-verify: {built}")
    for reason, n in reasons.most_common():
        progress(f"  {n:5} {reason}")
    progress(f"  {count} mutants, {len(problems)} not refused by both")
    return problems


def pick(mutants, count, rng):
    """One mutant of every kind, then a second one of every kind, and so on."""
    rng.shuffle(mutants)
    seen, ranked = Counter(), []
    for kind, data in mutants:
        ranked.append((seen[kind], kind, data))
        seen[kind] += 1
    ranked.sort(key=lambda x: x[0])
    return [(kind, data) for _, kind, data in ranked[:count]]


def renewal_verdict(item):
    """(renewal accepted, reason, verdict of tacit) of a renewal file; `key` is the new key, checked before."""
    build, old_file, new_file, proof, key, data = item
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        command = ["verify", new_file, proof, "--renewed-from", old_file, "--renewal", file.name]
        code = subprocess.run([build / "tacit", *command], capture_output=True, check=False).returncode
    built = {0: "accepted", 1: "rejected", 2: "unusable"}.get(code, f"exit code {code}")
    try:
        check_renewal(KEYS["committed"], key, data)
    except Reject as reason:
        return False, str(reason), built
    return True, "accepted", built


def check_renewals(build, files, folder, context):
    """A renewal of the committed model's weights is accepted, its mutants are refused."""
    progress("renewal and its mutants")
    prefix, new, rng, problems = files["committed"][0].with_suffix(""), folder / "renewed", random.Random(1), []
    run(build, "renew", prefix, "-o", new)
    prove_committed(build, folder, new, f"{new}.bin")
    key, data = Key(Path(f"{new}.vk").read_bytes(), skip_registration=True), Path(f"{new}.renewal").read_bytes()
    found = [data] + [data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
                      for at in (0, 8, 20, 60, 90, 200, *rng.sample(range(400, len(data)), RENEWALS - 8))]
    found += [data[:-1], data + b"\0"]
    items = [(build, files["committed"][0], f"{new}.vk", f"{new}.bin", key, x) for x in found]
    with context.Pool(WORKERS) as pool:
        for i, (ok, reason, built) in enumerate(pool.imap(renewal_verdict, items)):
            progress(f"  {'renewal' if i == 0 else 'mutant'}: {reason}; tacit: {built}")
            if ok != (i == 0) or (built == "accepted") != ok:
                problems.append(f"renewal {i}: {reason}; tacit: {built}")
    return problems


def check_mutants(build, files, context):
    problems, rng = [], random.Random(1)
    with context.Pool(WORKERS) as pool:               # forked here, so with the keys
        for name, count in MUTANTS.items():
            found = pick(mutants_of(KEYS[name], files[name][1].read_bytes(), count, 1), count, rng)
            progress(f"mutants of the proof: {name}")
            problems += check_refused([(build, name, *files[name], *mutant) for mutant in found], pool)
            progress(f"mutants of the key: {name}")
            key, proof = files[name]
            problems += check_refused([(build, None, key, proof, *mutant) for mutant in key_mutants(key.read_bytes())],
                                      pool)
    return problems


def refused(check, *args):
    try:
        check(*args)
    except Reject:
        return True
    return False


def check_definition_mutants():
    """Without any one of its lookups, or with one twice, the compiled theorem says too little or too much."""
    core, problems, count = KEYS["masked"].core, [], 0
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
    for i, x in enumerate(lookups):
        count += 1
        first = replace(x.tuple[0], constant=x.tuple[0].constant + 1)
        mutant = replace(theorem, lookups=(*lookups, replace(x, tuple=(first, *x.tuple[1:]))))
        if not refused(check_totality, mutant, inputs):
            problems.append(f"a lookup that may fail is accepted: {i} with a larger constant")
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
    if any(KEYS[name] is None for name in KEYS):
        return problems
    progress("strangers: keys and proofs with column tables, written here")
    problems += check_strangers(folder, lambda key, proof: built_verdict(build, key, proof))
    KEYS["columns"], *files["columns"] = write_stranger(folder, KINDS[0])
    problems += check_link_bounds(KEYS["committed"].core, files["committed"][1].read_bytes())
    problems += check_mutants(build, files, context) + check_renewals(build, files, folder, context)
    return problems + check_definition_mutants()


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder         # where a prover counts openings
        problems = check_all(Path(sys.argv[1]).resolve(), Path(folder))
    for problem in problems:
        print(f"DISAGREES: {problem}")
    print(f"{len(VECTORS)} proofs, {len(problems)} disagreements, {time.monotonic() - start:.0f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
