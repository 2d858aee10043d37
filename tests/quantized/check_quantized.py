#!/usr/bin/python3
"""Exported graphs against the integers of Tacit: every model is compiled, exported and run, and each integer of each output must be
the same, bit for bit.

Usage: check_quantized.py --build DIR [--models DIR] [--only NAME] [--samples N] [--engine numpy|onnxruntime] [--save FILE]
       check_quantized.py --build DIR --nodes [--only NAME,NAME]

The engine is numpy_eval.py, which has one line for each operator, or ONNX Runtime where it is installed. Models are the example
digits, in several forms, and with --models those of tests/models/models.json. --nodes takes the operator cases of the ONNX backend
tests instead (it needs the onnx package).
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

import numpy_eval
import onnx_file

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DIGITS = ROOT / "examples" / "digits"
TREES = ", and odd numbers"
MODELS_AT_LEAST, NODES_AT_LEAST = 64, 840     # raised as models join, never lowered


ODD_NUMBERS = np.array([np.nan, 0.0, -0.0, 1e-45, -1e-45, 1.17549421e-38, 1.17549435e-38, -1.17549435e-38, 0.5, 1, 2, -3, 3.4028235e38,
                        -3.4028235e38, np.pi, 1e10, -1e-20, 65504, 16777217], np.float32)


class Failed(Exception):
    pass


class NumPy:
    name = f"NumPy {np.__version__}"

    def __init__(self, path):
        self.session = numpy_eval.Session(path)

    def run(self, feeds):
        return dict(zip(self.session.output_names(), self.session.run(None, feeds)))


class OnnxRuntime:
    def __init__(self, path):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, feeds):
        return dict(zip([o.name for o in self.session.get_outputs()], self.session.run(None, feeds)))


def tacit(build, *words):
    done = subprocess.run([str(build / "tacit"), *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        raise Failed(f"tacit {words[0]}: exit {done.returncode}: {said[-1]}")
    return done.stdout


def load(path):
    """{name: array} of an .npz or .npy file."""
    data = np.load(path)
    return dict(data) if hasattr(data, "files") else {"": data}


def feeds_of(graph, arrays, count):
    """One feed for each of the first `count` samples."""
    by_name = all(name in arrays for name, _, _ in graph.inputs)
    found = [arrays[name] for name, _, _ in graph.inputs] if by_name else list(arrays.values())[:len(graph.inputs)]
    feeds = []
    for n in range(count):
        feed = {}
        for (name, kind, dims), array in zip(graph.inputs, found, strict=True):
            size = int(np.prod(dims, dtype=np.int64))
            flat = array.reshape(-1)
            if (n + 1) * size > flat.size:
                return feeds
            feed[name] = flat[n * size:(n + 1) * size].reshape(dims).astype(kind)
        feeds.append(feed)
    return feeds


class Checked:
    """One bundle: exported, run by both, compared."""

    def __init__(self, build, engine, samples):
        self.build, self.engine, self.samples = build, engine, samples

    def check(self, folder, onnx, data, *options):
        """What was compared. Raises Failed."""
        tacit(self.build, "compile", onnx, "-o", folder / "m", "--calibration", data, "--openings", 4, *options)
        graph_file = folder / "q.onnx"
        tacit(self.build, "export-quantized", folder / "m.tacit", "-o", graph_file)
        tacit(self.build, "run", folder / "m.tacit", data, "-o", folder / "integers.npz", "--integers")
        tacit(self.build, "run", folder / "m.tacit", data, "-o", folder / "reals.npz")
        return self.compare(folder, graph_file, load(data))

    def check_odd_numbers(self, folder, data):
        """Inputs that are read exactly, as trees do: the ends of float32, its smallest numbers, both zeros, a missing value."""
        arrays = {name: array.copy() for name, array in load(data).items()}
        for array in arrays.values():
            if array.dtype == np.float32:
                array.reshape(-1)[:] = np.resize(ODD_NUMBERS, array.size)
        np.savez(folder / "odd.npz", **arrays)
        for name, options in (("integers.npz", ["--integers"]), ("reals.npz", [])):
            tacit(self.build, "run", folder / "m.tacit", folder / "odd.npz", "-o", folder / name, *options)
        return self.compare(folder, folder / "q.onnx", arrays)

    def compare(self, folder, graph_file, arrays):
        graph = onnx_file.Graph(graph_file.read_bytes())
        integers, reals = load(folder / "integers.npz"), load(folder / "reals.npz")
        feeds = feeds_of(graph, arrays, self.samples)
        if not feeds:
            raise Failed("no sample fits the exported inputs")
        engine, count, start = self.engine(graph_file), 0, time.monotonic()
        for n, feed in enumerate(feeds):
            got = engine.run(feed)
            for name, want in integers.items():
                have = got[name + ".integers"]
                if have.dtype != np.int64 or not np.array_equal(have.reshape(-1), want[n].reshape(-1)):
                    raise Failed(f"sample {n}, output {name}: {(have.reshape(-1) != want[n].reshape(-1)).sum()} of {have.size} integers differ")
                if not np.array_equal(got[name].reshape(-1).astype(str), reals[name][n].reshape(-1).astype(str)):
                    raise Failed(f"sample {n}, output {name}: the reals differ")
                count += have.size
        operators = collections.Counter(node.op for node in graph.nodes)
        return {"samples": len(feeds), "integers": count, "nodes": len(graph.nodes), "bytes": graph_file.stat().st_size,
                "seconds": round((time.monotonic() - start) / len(feeds), 4), "operators": dict(sorted(operators.items()))}


def own_cases():
    """(name, model, data, options) from the examples: float inputs, several rows, both kinds of digits."""
    model, data = DIGITS / "digits.onnx", DIGITS / "calibration.npy"
    yield "digits", model, data, []
    yield "digits, 8 bits", model, data, ["--activation-bits", "8"]
    yield "digits, batch of 4", model, data, ["--batch", "4"]
    yield "digits, committed", model, data, ["--input", "committed", "--output", "committed"]
    yield "digits, committed float32", model, data, ["--input", "committed", "--grid", "float32"]


def listed_cases(models, only):
    listed = json.loads((ROOT / "tests" / "models" / "models.json").read_text())["models"]
    if len(listed) < MODELS_AT_LEAST:
        raise Failed(f"models.json has {len(listed)} entries, fewer than {MODELS_AT_LEAST}")
    for entry in listed:
        yield entry["id"] + (TREES if entry.get("trees") else ""), models / entry["id"] / "model.onnx", models / entry["id"] / "samples.npz", []


def check_models(arguments, engine):
    """{name: what was found}."""
    checked, found = Checked(arguments.build, engine, arguments.samples), {}
    cases = list(own_cases())
    if arguments.models and arguments.models.is_dir():
        cases += listed_cases(arguments.models, arguments.only)
    elif arguments.models:
        print("skipped: the models of the collection (no folder)")
    for name, onnx, data, options in cases:
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory(prefix="tacit-quantised-") as folder:
            try:
                found[name] = checked.check(pathlib.Path(folder), onnx, data, *options)
                if name.endswith(TREES):
                    found[name]["integers"] += checked.check_odd_numbers(pathlib.Path(folder), data)["integers"]
                line = "{samples} samples, {integers} integers equal, {nodes} nodes, {seconds} s each".format(**found[name])
            except Failed as failure:
                found[name] = {"why": str(failure)}
                line = f"FAILED: {failure}"
        print(f"{name:38} {line}", flush=True)
    return found


def check_node(arguments, engine, folder, scratch):
    """As above for one operator case, with the data that the compiler takes."""
    sys.path.insert(0, str(ROOT / "tests" / "onnx_nodes"))
    import cases
    try:
        case = cases.Case(arguments.build, folder, scratch)
        for _, data in case.choices():
            values = case.freeze(data)
            np.savez(case.folder / "in.npz", **{name: value[np.newaxis] for name, value in values.items()})
            try:
                return Checked(arguments.build, engine, 1).check(case.folder, case.folder / "m.onnx", case.folder / "in.npz")
            except Failed as failure:
                found = {"why": str(failure)}
                if not str(failure).startswith("tacit compile"):
                    return found
        return found
    except cases.Failed as failure:
        return {"why": f"tacit compile: {failure}"}


def check_nodes(arguments, engine):
    """The cases that compile; those that do not are none of the exporter's."""
    from concurrent.futures import ThreadPoolExecutor
    sys.path.insert(0, str(ROOT / "tests" / "onnx_nodes"))
    import check_nodes
    with tempfile.TemporaryDirectory(prefix="tacit-quantised-") as name:
        scratch = pathlib.Path(name)
        folders = [f for f in check_nodes.unpack(arguments.models, scratch) if any(part in f.name for part in arguments.only.split(","))]
        with ThreadPoolExecutor(2) as pool:
            results = pool.map(lambda f: check_node(arguments, engine, f, scratch), folders)
            found = {f.name: result for f, result in zip(folders, results)}
    found = {name: result for name, result in found.items() if not result.get("why", "").startswith("tacit compile")}
    for name, result in found.items():
        if "why" in result:
            print(f"{name:60} FAILED: {result['why']}")
    if not arguments.only and len(found) < NODES_AT_LEAST:
        found["all of them"] = {"why": f"only {len(found)} compile, fewer than {NODES_AT_LEAST}"}
        print(found["all of them"]["why"])
    return found


def save(path, kind, found):
    """Into the file, beside what it holds of the other kind."""
    import onnxruntime
    passed = {name: result for name, result in found.items() if "why" not in result}
    body = json.loads(path.read_text()) if path.exists() else {}
    body["engine"] = f"onnxruntime {onnxruntime.__version__}, CPU"
    body[kind] = {"equal": len(passed), "integers": sum(result["integers"] for result in passed.values()),
                  "failed": {name: result["why"] for name, result in found.items() if "why" in result}}
    if kind == "models":
        body[kind]["each"] = {name: {key: result[key] for key in ("samples", "integers", "nodes", "seconds")} for name, result in passed.items()}
    path.write_text(json.dumps(body, indent=1) + "\n")


def parsed():
    parser = argparse.ArgumentParser(description="Exported graphs against the integers of Tacit.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder of tacit")
    parser.add_argument("--models", type=pathlib.Path, help="the folder of the models")
    parser.add_argument("--only", default="", help="only models whose name contains this; with --nodes one of these, by commas")
    parser.add_argument("--samples", type=int, default=3, help="samples of each model")
    parser.add_argument("--engine", choices=("numpy", "onnxruntime"), default="numpy")
    parser.add_argument("--nodes", action="store_true", help="the operator cases of the ONNX backend tests")
    parser.add_argument("--save", type=pathlib.Path, help="write what was found, as JSON (with --engine onnxruntime)")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    return arguments


def main():
    arguments = parsed()
    os.environ.setdefault("TACIT_STATE_DIR", tempfile.mkdtemp(prefix="tacit_state_"))
    engine = NumPy if arguments.engine == "numpy" else OnnxRuntime
    found = (check_nodes if arguments.nodes else check_models)(arguments, engine)
    failed = sum("why" in result for result in found.values())
    if arguments.save:
        save(arguments.save, "operator cases" if arguments.nodes else "models", found)
    print(f"exported graphs: {len(found) - failed} passed, {failed} failed")
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
