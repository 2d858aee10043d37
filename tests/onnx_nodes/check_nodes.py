#!/usr/bin/python3
"""The operator cases of the ONNX backend tests: compiled, proven, verified, compared with their expected outputs.

Usage: check_nodes.py --build DIR [--models DIR] [--only NAME] [--list]
Taken are the cases whose operators all stand in OPERATORS. The tensors that a model would hold (weights, slopes, shapes, axes,
indices) are graph inputs in these files; they become initialisers with their packed values, the data stays an input.
Every output has to lie within max(1e-3 relative, 2^-12 of the output's range); integers and booleans have to be exact.
exceptions.json lists the cases that are not proven, with the reason and a word of the error that says so. A case that fails
and is not listed fails the run, and so does a listed one that has come to work.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
PROVEN_AT_LEAST = 174                      # raised as cases join, never lowered
OPERATORS = set("""Add ArgMax AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Dropout Flatten Gemm
    GlobalAveragePool Identity LeakyRelu MatMul MaxPool Mul PRelu Pad Relu Reshape Sigmoid Slice Softmax Squeeze Sub Tanh
    Transpose Unsqueeze""".split())
TWO_INPUTS = {"Add", "Sub", "Mul", "Concat"}   # all inputs of these are data; of the others the first one
WORKERS = 2


class Failed(Exception):
    pass


def read_tensor(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def nodes_of(model):
    """The operators of a model with those of its own functions."""
    for holder in (model.graph, *model.functions):
        yield from holder.node


def is_taken(folder):
    try:
        model = onnx.load(folder / "model.onnx")
    except Exception:                      # a file format newer than the reader of the test
        return False
    own = {function.name for function in model.functions}
    return {node.op_type for node in nodes_of(model)} - own <= OPERATORS


class Case:
    def __init__(self, build, folder, scratch):
        self.build, self.name = build, folder.name
        self.model = onnx.load(folder / "model.onnx")
        data = folder / "test_data_set_0"
        held = {tensor.name for tensor in self.model.graph.initializer}
        self.given = [info for info in self.model.graph.input if info.name not in held]   # old files list weights as inputs
        self.inputs = [read_tensor(data / f"input_{k}.pb") for k in range(len(self.given))]
        self.expected = [read_tensor(data / f"output_{k}.pb") for k in range(len(self.model.graph.output))]
        self.folder = scratch / self.name
        self.folder.mkdir()

    def freeze(self):
        """Everything but the data becomes an initialiser; {name: array} of the data."""
        graph = self.model.graph
        for imported in self.model.opset_import:
            if imported.domain in ("", "ai.onnx") and imported.version == 6:
                imported.version = 7           # the same text for these operators, but for Gemm's and PRelu's broadcasting
        both = any(node.op_type in TWO_INPUTS for node in graph.node)
        given = {info.name: value for info, value in zip(self.given, self.inputs)}
        data = [info.name for info in (self.given if both else self.given[:1])]
        for info in self.given:
            if info.name not in data:
                graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(given[info.name]), info.name))
                graph.input.remove(info)
        return {name: given[name] for name in data}

    def run(self, program, *arguments):
        done = subprocess.run([self.build / program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or ["no message"]
            raise Failed(f"{program} {arguments[0]}: exit {done.returncode}: {said[-1]}")
        return json.loads(done.stdout)

    def check(self):
        data = self.freeze()
        onnx.save(self.model, self.folder / "m.onnx")
        np.savez(self.folder / "in.npz", **{name: value[np.newaxis] for name, value in data.items()})
        self.run("tacit", "compile", self.folder / "m.onnx", "-o", self.folder / "m", "--calibration", self.folder / "in.npz",
                 "--openings", 4, "--json")
        self.run("tacit", "prove", self.folder / "m.tacit", self.folder / "in.npz", "-o", self.folder / "p", "--json")
        verdict = self.run("tacit-verify", "--json", self.folder / "m.vk", self.folder / "p")
        if not verdict["accepted"]:
            raise Failed("the proof is not accepted")
        worst = 0.0
        for want, got in zip(self.expected, verdict["outputs"], strict=True):
            worst = max(worst, self.compare(want, got))
        return worst

    @staticmethod
    def compare(want, got):
        """The largest error in units of what is allowed."""
        have = np.array(got["integers"] if want.dtype.kind in "iub" else got["values"], dtype=np.float64)
        want = want.astype(np.float64).reshape(-1)
        if have.shape != want.shape:
            raise Failed(f"{have.size} numbers instead of {want.size}")
        if "integers" in got and np.issubdtype(want.dtype, np.integer) and not (have == want).all():
            raise Failed("an integer differs")
        reach = max(want.max(), 0) - min(want.min(), 0)
        allowed = np.maximum(1e-3 * np.abs(want), max(reach, 1e-30) * 2.0 ** -12)
        worst = float((np.abs(have - want) / allowed).max())
        if worst > 1:
            raise Failed(f"an output is off by {worst:.2f} times what is allowed")
        return worst


def outcome(build, folder, scratch):
    """(worst error, None) of a proven case, (None, why) otherwise."""
    try:
        return Case(build, folder, scratch).check(), None
    except Failed as failure:
        return None, str(failure)
    except Exception as failure:           # the case itself could not be read
        return None, f"{type(failure).__name__}: {failure}"


def unpack(models, scratch):
    for archive in sorted((models / "onnx-node-tests").glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            tar.extractall(scratch / archive.name.split(".")[0])
    return sorted(path.parent for path in scratch.rglob("model.onnx"))


def report(results, exceptions, partial):
    """Prints every surprise; whether there was none."""
    good, proven = True, 0
    for name, (worst, why) in sorted(results.items()):
        listed = exceptions.get(name)
        if why is None:
            proven += 1
            if listed:
                good = False
                print(f"{name}: is proven now, take it out of exceptions.json")
        elif not listed:
            good = False
            print(f"{name}: FAILED: {why}")
        elif listed["error"] not in why:
            good = False
            print(f"{name}: FAILED otherwise than exceptions.json says: {why}")
    for name in [] if partial else sorted(set(exceptions) - set(results)):
        good = False
        print(f"{name}: stands in exceptions.json, but there is no such case")
    print(f"operator cases: {len(results)} taken, {proven} proven, {len(results) - proven} exceptions")
    if proven < PROVEN_AT_LEAST and not partial:
        good = False
        print(f"fewer than {PROVEN_AT_LEAST} are proven")
    return good


def main():
    parser = argparse.ArgumentParser(description="The operator cases of the ONNX backend tests.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder of tacit and tacit-verify")
    parser.add_argument("--models", type=pathlib.Path, default=HERE.parents[2] / "shared/models", help="the folder of the models")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--list", action="store_true", help="print every case with its error")
    arguments = parser.parse_args()
    exceptions = json.loads((HERE / "exceptions.json").read_text())
    if not arguments.models.is_dir():
        print("skipped: the operator cases (no folder)")
        return 0
    os.environ.setdefault("TACIT_STATE_DIR", tempfile.mkdtemp(prefix="tacit_state_"))
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tacit-nodes-") as name:
        scratch = pathlib.Path(name)
        folders = [f for f in unpack(arguments.models, scratch) if arguments.only in f.name and is_taken(f)]
        with ThreadPoolExecutor(WORKERS) as pool:
            found = pool.map(lambda f: outcome(arguments.build.resolve(), f, scratch), folders)
            results = {folder.name: result for folder, result in zip(folders, found)}
    if arguments.list:
        for name, (worst, why) in results.items():
            print(f"{name:60} {why or f'{worst:.3f} of the allowed error'}")
    good = report(results, exceptions, bool(arguments.only))
    print(f"{time.monotonic() - start:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
