#!/usr/bin/python3
"""Real models, end to end: compiled, proven, verified, tampered with, compared with ONNX Runtime.

Usage: check_models.py --build DIR [--models DIR] [--only NAME]
models.json lists the models; none may leave the list. Each is compiled twice, with private and with public inputs, and
sample 0 is proven under both keys. Refused must be: every changed output and input, a proof held against the key of
another model, and the same proof with its header rewritten for that key. `tacit run` on all packed samples must stay
within 2^-10 of the output's range of what ONNX Runtime gave, in the mean, and give the same class wherever the float
margin exceeds twice the largest error that `tacit compile` printed. The bound that it printed must hold on them against the
float model, and be at most 20 times the largest error.
On the 10,000 MNIST test images the quantised models must give the class of the float models at least 99.9 times in 100.
"""
import argparse
import gzip
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np

from another_model import with_one_weight_negated

HERE = pathlib.Path(__file__).resolve().parent
MODELS_AT_LEAST, MNIST_AT_LEAST = 60, 7   # raised as models join, never lowered
MEAN_ERROR = 2.0 ** -10                   # of the output's range
TREE_ERROR = 1e-3
AGREEMENT = 0.999
BOUND_BY_ERROR = 20
ACCEPTED, REJECTED = 0, 1

# PROOF: "TACITPRF" | version u16 | mode u8 | statement digest (32) | public values, i32 each, inputs first | proof stream
DIGEST_AT, PUBLIC_AT = 11, 43


class Failed(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Failed(what)


class Tacit:
    """The two programs of a build, and what they print."""

    def __init__(self, build):
        self.cli, self.verifier = str(build / "tacit"), str(build / "tacit-verify")
        os.environ.setdefault("TACIT_STATE_DIR", tempfile.mkdtemp(prefix="tacit_state_"))

    def text(self, *arguments):
        done = subprocess.run([self.cli, *map(str, arguments)], capture_output=True, text=True)
        said = done.stderr.strip().splitlines() or ["no message"]
        require(done.returncode == 0, f"tacit {arguments[0]}: exit {done.returncode}: {said[-1]}")
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.text(*arguments, "--json"))

    def exit_code(self, *arguments):
        return subprocess.run([self.cli, *map(str, arguments)], capture_output=True).returncode

    def verify(self, key, proof):
        done = subprocess.run([self.verifier, "--json", key, proof], capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout) if done.stdout else {}


class Model:
    """One model of the list: its files, and its bundles, keys and proofs in `folder`."""

    def __init__(self, tacit, models, folder, entry):
        self.tacit, self.entry, self.name = tacit, entry, entry["id"].split("/")[1]
        self.source = models / entry["id"]
        self.folder = folder / self.name
        self.folder.mkdir()
        self.samples = self.source / "samples.npz"

    def compile(self, prefix, *options, onnx=None):
        return self.tacit.json("compile", onnx or self.source / "model.onnx", "-o", self.folder / prefix,
                               "--calibration", self.samples, *options)

    def prove(self, prefix):
        proof = self.folder / f"{prefix}.proof"
        return self.tacit.json("prove", self.folder / f"{prefix}.tacit", self.samples, "-o", proof)

    def check(self):
        """The line that is printed."""
        self.compiled = self.compile("private")
        require(self.compiled["zero_knowledge"] and self.compiled["openings"] == 256, "its proofs do not hide weights and input")
        proved = self.prove("private")
        start = time.monotonic()
        code, _ = self.tacit.verify(self.folder / "private.vk", self.folder / "private.proof")
        verify = time.monotonic() - start
        require(code == ACCEPTED, "its proof is not accepted")
        self.compile("public", "--input", "public")
        self.prove("public")
        self.check_changed_values("private")
        self.check_changed_values("public")
        self.check_comparisons()
        self.check_other_keys()
        fidelity = self.check_fidelity()
        self.check_bounds()
        return (f"prove {proved['seconds']:6.2f} s  verify {1000 * verify:4.0f} ms  "
                f"proof {proved['proof']['bytes'] / 1024:6.1f} KiB  {fidelity}")

    def refused(self, what, key, data):
        """A proof file of these bytes is read and rejected."""
        changed = self.folder / "changed.proof"
        changed.write_bytes(data)
        code, verdict = self.tacit.verify(key, changed)
        require(code == REJECTED and verdict.get("accepted") is False, f"{what}: exit {code} instead of {REJECTED}")

    def check_changed_values(self, prefix):
        """Each tried public value moves by one step towards zero, which keeps it in its range."""
        key, data = self.folder / f"{prefix}.vk", (self.folder / f"{prefix}.proof").read_bytes()
        code, statement = self.tacit.verify(key, self.folder / f"{prefix}.proof")
        require(code == ACCEPTED, f"the proof with {prefix} inputs is not accepted")
        at = PUBLIC_AT
        for port in statement["inputs"] + statement["outputs"]:
            count = len(port.get("integers", []))
            stored = np.frombuffer(data, "<i4", count, at)
            if count and port["scale"] == 0:   # an input that is read exactly: its high digits first, then its low ones
                low = np.frombuffer(data, "<i4", count, at + 4 * count)
                integers = stored.astype(np.int64) * 2 ** 16 + low - 2 ** 15
                require(sorted(integers) == sorted(port["integers"]), f"the proof file does not hold '{port['name']}'")
                at, stored = at + 4 * count, low
            else:
                require(sorted(stored) == sorted(port.get("integers", [])), f"the proof file does not hold '{port['name']}'")
            for i in sorted({0, count // 2, int(np.argmax(stored))} if count else ()):
                value = int(stored[i]) - 1 if stored[i] > 0 else int(stored[i]) + 1
                place = at + 4 * i
                self.refused(f"'{port['name']}'[{i}] changed by one", key,
                             data[:place] + struct.pack("<i", value) + data[place + 4:])
            at += 4 * count
        require(at > PUBLIC_AT, "the proof states no public value")

    def check_comparisons(self):
        """`tacit verify` compares a given output and input with the proven ones."""
        outputs, changed = self.folder / "outputs.npz", self.folder / "changed.npz"
        self.tacit.text("run", self.folder / "public.tacit", self.samples, "-o", outputs)
        self.outputs = dict(np.load(outputs))
        np.savez(changed, **{name: v + 1 if v.dtype.kind == "i" else (v + 0.25 * np.ptp(v)).astype(np.float32)
                             for name, v in self.outputs.items()})
        verify = ["verify", self.folder / "public.vk", self.folder / "public.proof"]
        require(self.tacit.exit_code(*verify, "--output", outputs, "--input", self.samples) == ACCEPTED,
                "its own input and output are not accepted")
        require(self.tacit.exit_code(*verify, "--output", changed) == REJECTED, "another output is not rejected")
        if len(next(iter(self.outputs.values()))) > 1:
            require(self.tacit.exit_code(*verify, "--input", self.samples, "--sample", 1) == REJECTED,
                    "another input is not rejected")

    def check_other_keys(self):
        """The model with one weight negated has another key, under which the proof is worth nothing."""
        onnx = self.folder / "other.onnx"
        onnx.write_bytes(with_one_weight_negated((self.source / "model.onnx").read_bytes()))
        other = self.compile("other", onnx=onnx)["key"]["digest"]
        require(other != self.compiled["key"]["digest"], "one weight negated gives the same key")
        key, data = self.folder / "other.vk", (self.folder / "private.proof").read_bytes()
        self.refused("the proof under another model's key", key, data)
        self.refused("the proof with another model's digest", key,
                     data[:DIGEST_AT] + bytes.fromhex(other) + data[PUBLIC_AT:])

    def check_fidelity(self):
        """Numbers and classes against those of ONNX Runtime. A model under "open" in models.json misses a goal; it has to
        leave the list of these when it does not any more."""
        expected = dict(np.load(self.source / "expected_ort.npz"))
        require(expected.keys() <= self.outputs.keys(), f"outputs {list(self.outputs)}, ONNX Runtime {list(expected)}")
        for name, v in expected.items():
            require(v.size == self.outputs[name].size, f"'{name}': {self.outputs[name].shape}, ONNX Runtime {v.shape}")
        outputs = {name: self.outputs[name].reshape(v.shape) for name, v in expected.items()}   # rows may be one batch there
        if self.entry.get("trees"):
            return self.check_trees(expected, outputs)
        scores = [name for name, v in expected.items() if v.dtype.kind == "f"]
        labels = [name for name, v in expected.items() if v.dtype.kind != "f"]
        try:
            lines = [self.check_numbers(name, expected[name].astype(np.float64), outputs[name].astype(np.float64)) for name in scores]
            lines += [self.check_labels(name, expected[name], outputs[name], expected[scores[0]] if scores else None)
                      for name in labels]
        except Failed as failure:
            require("open" in self.entry, str(failure))
            return f"OPEN: {failure}"
        require("open" not in self.entry, "meets every goal now: take \"open\" out of models.json")
        return "  ".join(lines)

    def check_bounds(self):
        """Numbers only: labels have no bound of their own."""
        found = self.tacit.json("accuracy", self.folder / "public.tacit", self.samples, "--float", self.source / "model.onnx")
        for name, error in found["errors"].items():
            printed = self.compiled["quality"]["errors"][name]["bound"]
            require(error["bound"] == printed, f"'{name}': the bundle has another bound than compile printed")
            if printed is None:
                require(self.outputs[name].dtype.kind != "f", f"'{name}' has no bound")
                continue
            require(error["rows_beyond_bound"] == 0 and error["max"] <= printed, f"'{name}' is off by {error['max']:.2e}, the bound is {printed:.2e}")
            require(printed <= BOUND_BY_ERROR * error["max"], f"'{name}': the bound {printed:.2e} is more than {BOUND_BY_ERROR} times the error")

    def check_trees(self, expected, outputs):
        """Comparisons are exact: every label is the expected one, and every number is off by 10^-3 of the range at most."""
        lines = []
        for name, v in expected.items():
            if v.dtype.kind != "f":
                require((v == outputs[name]).all(), f"'{name}' differs on {(v != outputs[name]).sum()} samples")
                lines.append(f"labels {v.size}/{v.size}")
                continue
            error = np.abs(v.astype(np.float64) - outputs[name]).max() / (max(v.max(), 0) - min(v.min(), 0))
            require(error <= TREE_ERROR, f"'{name}' is off by {error:.2e} of the range")
            lines.append(f"error max {error:.1e} of the range")
        return "  ".join(lines)

    def check_numbers(self, name, expected, outputs):
        reach = max(expected.max(), 0) - min(expected.min(), 0)
        error = np.abs(outputs - expected)
        mean, largest = error.mean() / reach, error.max() / reach
        require(mean <= MEAN_ERROR, f"mean error {mean:.2e} of the output's range, more than 2^-10")
        line = f"error mean {mean:.1e} max {largest:.1e} of the range"
        return line + self.check_classes(expected, outputs, self.compiled["quality"]["errors"][name]["max"])

    @staticmethod
    def by_class(scores):
        """[..., classes], wherever the file has axes of one element."""
        return np.atleast_2d(scores.squeeze())

    def clear(self, scores, printed_error):
        ordered = np.sort(self.by_class(scores), axis=-1)
        return ordered[..., -1] - ordered[..., -2] > 2 * printed_error

    def check_classes(self, expected, outputs, printed_error):
        if not self.entry.get("classifies", True):
            return ""
        clear = self.clear(expected, printed_error)
        same = self.by_class(expected).argmax(axis=-1) == self.by_class(outputs).argmax(axis=-1)
        require(clear.any(), "no sample has a clear class")
        require(same[clear].all(), f"{(clear & ~same).sum()} samples with a clear class get another one")
        return f"  same class {same.sum()}/{same.size} ({clear.sum()} clear)"

    def check_labels(self, name, expected, outputs, scores):
        """Equal where the scores, if the file has them, say that the label is clear."""
        if scores is None:
            require((expected == outputs).all(), f"'{name}' differs on {(expected != outputs).sum()} samples")
            return f"labels {expected.size}/{expected.size}"
        (printed,) = [e["max"] for key, e in self.compiled["quality"]["errors"].items() if key != name]
        clear = self.clear(scores, printed).reshape(expected.shape)
        same = expected == outputs
        require(same[clear].all(), f"'{name}' differs on {(clear & ~same).sum()} clear samples")
        return f"labels {same.sum()}/{same.size}"

    def check_mnist(self, images, labels, mnist):
        """The line that is printed; `images`: 0..255, [n, 28, 28]."""
        if mnist.get("halved"):
            images = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
        (port,) = self.compiled["inputs"]
        pixels = (images * (mnist["white"] / 255)).astype(np.float32).reshape(-1, *port["shape"])
        inputs, classes = self.folder / "mnist.npy", self.folder / "mnist_labels.npy"
        np.save(inputs, pixels)
        np.save(classes, labels.astype(np.int64))
        found = self.tacit.json("accuracy", self.folder / "private.tacit", inputs, classes,
                                "--float", self.source / "model.onnx")["accuracy"]
        inputs.unlink()
        require(found["samples"] == len(labels), f"{found['samples']} of {len(labels)} images were counted")
        require(found["agreement"] >= AGREEMENT, f"the classes agree on {100 * found['agreement']:.2f} % of the MNIST images")
        return (f"MNIST: {found['samples']} images, agreement {100 * found['agreement']:.2f} %, "
                f"float {100 * found['float']:.2f} %, quantised {100 * found['quantised']:.2f} %")


def read_mnist(folder):
    images = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())
    return np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28), np.frombuffer(labels, np.uint8, offset=8)


def check_list(listed):
    for kind, least in (("models", MODELS_AT_LEAST), ("mnist", MNIST_AT_LEAST)):
        count = len({entry["id"] for entry in listed[kind]})
        require(count >= least, f"models.json has {count} entries under '{kind}', fewer than {least}")


def check_all(tacit, models, entries, mnist):
    """How many passed."""
    images, labels = read_mnist(models / "datasets/mnist")
    mnist = {entry["id"]: entry for entry in mnist}
    passed = 0
    for entry in entries:
        with tempfile.TemporaryDirectory(prefix="tacit-models-") as folder:
            try:
                model = Model(tacit, models, pathlib.Path(folder), entry)
                print(f"{entry['id']:34} {model.check()}", flush=True)
                if entry["id"] in mnist:
                    print(f"{'':34} {model.check_mnist(images, labels, mnist[entry['id']])}", flush=True)
                passed += 1
            except Failed as failure:
                print(f"{entry['id']:34} FAILED: {failure}", flush=True)
    return passed


def main():
    parser = argparse.ArgumentParser(description="Real models, end to end.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder of tacit and tacit-verify")
    parser.add_argument("--models", type=pathlib.Path, default=HERE.parents[2] / "shared/models", help="the folder of the models")
    parser.add_argument("--only", default="", help="only models whose name contains this")
    arguments = parser.parse_args()
    listed = json.loads((HERE / "models.json").read_text())
    try:
        check_list(listed)
        if not arguments.models.is_dir():
            print(f"skipped: {len(listed['models'])} models (no folder)")
            return 0
        entries = [entry for entry in listed["models"] if arguments.only in entry["id"]]
        passed = check_all(Tacit(arguments.build.resolve()), arguments.models, entries, listed["mnist"])
    except Failed as failure:
        print(f"models: {failure}")
        return 1
    failed = len(entries) - passed
    print(f"models: {passed} passed" + (f", {failed} FAILED" if failed else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
