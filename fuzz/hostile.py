#!/usr/bin/env python3
"""Hands hostile models, keys and proofs to the programs. Each must end at once, say why in one line, and take no memory.

Usage: hostile.py [--tacit PATH] [--tacit-verify PATH] [--only WORD]      (default: the programs in build/)

Exit 0: every file was refused with exit code 2 (rejected proofs: 1), one clear line, less than a second of processor
time and less than 200 MB.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import hostile_keys
import hostile_models
import key_wire

HERE = pathlib.Path(__file__).resolve().parent
MAX_SECONDS, MAX_MEGABYTES, GIVE_UP = 1.0, 200, 20
DIGITS = HERE.parent / "examples/digits"


class Outcome:
    def __init__(self, command):
        began = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            killed = False
            while True:
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() - began > GIVE_UP and not killed:
                    child.kill()
                    killed = True
                time.sleep(0.001)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read()
        self.code = child.returncode
        self.seconds = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024


class Report:
    def __init__(self):
        self.cases = self.failures = 0
        self.slowest, self.largest = (0.0, ""), (0.0, "")

    def check(self, name, program, outcome, codes):
        self.cases += 1
        self.slowest = max(self.slowest, (outcome.seconds, name))
        self.largest = max(self.largest, (outcome.megabytes, name))
        wrong = []
        if outcome.code not in codes:
            wrong.append("exit code %d, not %s" % (outcome.code, " or ".join(map(str, codes))))
        if outcome.code == 2 and not is_one_line(outcome.err, program):
            wrong.append("not one clear line")
        if outcome.seconds >= MAX_SECONDS:
            wrong.append("%.2f s" % outcome.seconds)
        if outcome.megabytes >= MAX_MEGABYTES:
            wrong.append("%.0f MB" % outcome.megabytes)
        if wrong:
            self.fail(name, "%s: %s\n  %r" % (program, "; ".join(wrong), (outcome.err or outcome.out)[:300]))

    def fail(self, name, what):
        self.failures += 1
        print("FAILED %s: %s" % (name, what))


def is_one_line(err, program):
    head = (program + ": ").encode()
    return (err.startswith(head) and len(err) > len(head) + 5 and err.count(b"\n") == 1 and err.endswith(b"\n") and
            all(byte >= 0x20 and byte != 0x7F for byte in err[:-1]))


class Tester:
    def __init__(self, tacit, verify, folder, only):
        self.tacit, self.verify, self.folder, self.only = tacit, verify, pathlib.Path(folder), only
        self.report = Report()

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def wanted(self, name):
        return self.only in name

    def run(self, name, program, command, codes):
        path = self.tacit if program == "tacit" else self.verify
        self.report.check("%s (%s)" % (name, command[0]) if program == "tacit" else name, program, Outcome([path] + command), codes)

    def models(self):
        hostile_models.external_folder(self.folder)
        for name, data, inspected in hostile_models.hostile_models():
            if not self.wanted(name):
                continue
            path = self.file("m.onnx", data)
            self.run(name, "tacit", ["inspect", path], [inspected])
            self.run(name, "tacit", ["compile", path, "-o", self.folder / "never", "--input-range=0,1"], [2])
            for left in self.folder.glob("never*"):
                self.report.fail(name, "a refused model left %s behind" % left.name)
                left.unlink()
        for name, data in hostile_models.long_graphs():
            if self.wanted(name):
                self.run(name, "tacit", ["inspect", self.file("m.onnx", data)], [0])

    def keys(self, honest_key):
        proof = self.file("zero.proof", key_wire.proof(bytes(32)))
        for name, data in list(hostile_keys.hostile_keys()) + list(damaged(honest_key)):
            if self.wanted(name):
                self.refuse_key(name, self.file("k.vk", data), proof, [2])
        # Nothing is wrong with what the hostile keys are made of: only a proof for it is missing.
        self.refuse_key("the key that hostile ones are made of", self.file("k.vk", key_wire.Key().encode()), proof, [1])
        for name, data in hostile_keys.costly_keys():
            if not self.wanted(name):
                continue
            path = self.file("k.vk", data)
            digest = self.digest_of(path, proof)
            self.refuse_key(name, path, self.file("k.proof", key_wire.proof(digest, bytes(4000))) if digest else proof, [1, 2])

    def refuse_key(self, name, path, proof, codes):
        self.run(name, "tacit-verify", [path, proof], codes)
        self.run(name, "tacit", ["verify", path, proof], codes)

    def digest_of(self, key, proof):
        """The identity of a key, which tacit-verify prints even for a proof of another model; None if it is refused."""
        outcome = Outcome([self.verify, "--json", key, proof])
        return bytes.fromhex(json.loads(outcome.out)["model"]) if outcome.code == 1 else None

    def proofs(self, key, honest):
        path = self.file("honest.vk", key)
        for name, data, code in hostile_proofs(honest):
            if self.wanted(name):
                self.refuse_key("proof: " + name, path, self.file("p.proof", data), [code])


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def damaged(key):
    """A real key with one bit changed, all over it."""
    for i in range(60):
        yield "bit flipped in byte %d" % (i * len(key) // 60), flipped(key, i * len(key) // 60)


def hostile_proofs(honest):
    yield "empty", b"", 2
    yield "text", b"accepted\n" * 100, 2
    yield "only its name", honest[:8], 2
    yield "another version", honest[:8] + b"\xff\xff" + honest[10:], 2
    yield "another mode", honest[:10] + b"\0" + honest[11:], 1
    yield "a mode that is none", honest[:10] + b"\2" + honest[11:], 2
    yield "another model", flipped(honest, 20), 1
    yield "half a header", honest[:30], 2
    yield "no proof", honest[:43], 1
    yield "trailing byte", honest + b"\0", 1
    yield "twice", honest + honest[43:], 1
    yield "60 MB of nothing", honest[:43] + bytes(60 << 20), 1
    yield "all ones", honest[:43] + b"\xff" * (len(honest) - 43), 1
    yield "all zero", honest[:43] + bytes(len(honest) - 43), 1
    for i in range(1, 40):  # the header is shorter than a fortieth
        yield "cut at %d/40" % i, honest[:i * len(honest) // 40], 1
        at = 43 + i * (len(honest) - 43) // 40 - 1
        yield "bit flipped in byte %d" % at, flipped(honest, at), 1


def honest_files(tacit, folder):
    """A real key and a real proof, of the example."""
    prefix = pathlib.Path(folder) / "honest"
    for command in (["compile", DIGITS / "digits.onnx", "-o", prefix, "--calibration", DIGITS / "calibration.npy"],
                    ["prove", "%s.tacit" % prefix, DIGITS / "digit.npy", "-o", "%s.proof" % prefix]):
        outcome = Outcome([tacit] + command)
        if outcome.code != 0:
            sys.exit("hostile.py: the example does not %s: %s" % (command[0], outcome.err.decode(errors="replace")))
    return pathlib.Path("%s.vk" % prefix).read_bytes(), pathlib.Path("%s.proof" % prefix).read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    build = HERE.parent / "build"
    parser.add_argument("--tacit", default=build / "tacit")
    parser.add_argument("--tacit-verify", default=build / "tacit-verify")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        key, proof = honest_files(args.tacit, folder)
        tester = Tester(args.tacit, args.tacit_verify, folder, args.only)
        tester.models()
        tester.keys(key)
        tester.proofs(key, proof)
        report = tester.report
        print("%d cases, %d failed; slowest %.2f s (%s); largest %.0f MB (%s)" %
              (report.cases, report.failures, *report.slowest, *report.largest))
        sys.exit(1 if report.failures or not report.cases else 0)


if __name__ == "__main__":
    main()
