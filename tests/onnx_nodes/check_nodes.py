#!/usr/bin/python3
"""The operator cases of the ONNX backend tests: compiled, proven, verified, compared with their expected outputs.

Usage: check_nodes.py --build DIR [--models DIR] [--only NAME[,NAME]] [--failed FILE] [--list] [--summary] [--jobs N] [--save FILE] [--write]
All cases of both archives are taken. What of a case is data and what a constant is decided by rule (cases.py). Every output has to
lie within max(1e-3 relative, 2^-12 of the output's range); integers and booleans have to be exact.
exceptions.json lists the cases that are not proven, by reason, with words of the error that say so. A case that fails and is not
listed fails the run, and so does a listed one that has come to work. --write brings the lists up to date, by the words: what has
none of them still fails.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import cases

HERE = pathlib.Path(__file__).resolve().parent
PROVEN_AT_LEAST = 903                      # raised as cases join, never lowered


def unpack(models, scratch):
    for archive in sorted((models / "onnx-node-tests").glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            tar.extractall(scratch / archive.name.split(".")[0])
    return sorted(path.parent for path in scratch.rglob("model.onnx"))


def listed_cases(exceptions):
    """{case: words of its error}."""
    return {name: entry["error"] for entry in exceptions for name in entry["cases"]}


def updated(exceptions, results):
    """The same reasons with the cases that fail for each; the first whose words fit counts."""
    lists = [[] for _ in exceptions]
    for name, found in sorted(results.items()):
        fits = [k for k, entry in enumerate(exceptions) if "why" in found and entry["error"] in found["why"]]
        if fits:
            lists[fits[0]].append(name)
    return [dict(entry, cases=names) for entry, names in zip(exceptions, lists)]


def report(results, exceptions, partial):
    """Prints every surprise; whether there was none."""
    good, proven = True, 0
    exceptions = listed_cases(exceptions)
    for name, found in sorted(results.items()):
        listed = exceptions.get(name)
        if "why" not in found:
            proven += 1
            if listed:
                good = False
                print(f"{name}: is proven now, take it out of exceptions.json")
        elif not listed:
            good = False
            print(f"{name}: FAILED: {found['why']}")
        elif listed not in found["why"]:
            good = False
            print(f"{name}: FAILED otherwise than exceptions.json says: {found['why']}")
    for name in [] if partial else sorted(set(exceptions) - set(results)):
        good = False
        print(f"{name}: stands in exceptions.json, but there is no such case")
    private = sum(found.get("data") == "all" for found in results.values())
    print(f"operator cases: {len(results)} taken, {proven} proven ({private} with every operand that could be data as data), "
          f"{len(results) - proven} exceptions")
    if proven < PROVEN_AT_LEAST and not partial:
        good = False
        print(f"fewer than {PROVEN_AT_LEAST} are proven")
    return good


def print_groups(results):
    """Proven and taken, by operator."""
    counts = collections.defaultdict(lambda: [0, 0])
    for found in results.values():
        counts[found["group"]][0] += "why" not in found
        counts[found["group"]][1] += 1
    for group, (proven, taken) in sorted(counts.items()):
        print(f"{group:30} {proven:4} of {taken:4}")


def print_errors(results):
    """What fails, grouped by the text of the error without its names and numbers."""
    groups = collections.defaultdict(list)
    for name, found in results.items():
        if "why" in found:
            kind = re.sub(r'"[^"]*"', '"..."', found["why"])
            kind = re.sub(r"node [^ ]+ \((\w+)[^)]*\)", r"node \1", kind)
            kind = re.sub(r"/[^ ]*/", "", kind).replace(name, "")
            groups[re.sub(r"[-\d][\d.e+x-]*", "#", kind)].append(name)
    for kind, names in sorted(groups.items(), key=lambda entry: -len(entry[1])):
        print(f"{len(names):4}  {kind}\n        {' '.join(names)}")


def parsed():
    parser = argparse.ArgumentParser(description="The operator cases of the ONNX backend tests.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder of tacit and tacit-verify")
    parser.add_argument("--models", type=pathlib.Path, default=HERE.parents[2] / "shared/models", help="the folder of the models")
    parser.add_argument("--only", default="", help="only cases whose name contains one of these, by commas")
    parser.add_argument("--failed", type=pathlib.Path, help="only the cases that a file of --save says failed")
    parser.add_argument("--save", type=pathlib.Path, help="write what was found, as JSON")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--list", action="store_true", help="print every case with its error")
    parser.add_argument("--summary", action="store_true", help="print counts by operator, and what fails grouped by error")
    parser.add_argument("--write", action="store_true", help="write the cases of each reason into exceptions.json")
    return parser.parse_args()


def is_taken(name, arguments, failed):
    return any(part in name for part in arguments.only.split(",")) and (failed is None or name in failed)


def main():
    arguments = parsed()
    exceptions = json.loads((HERE / "exceptions.json").read_text())
    if not arguments.models.is_dir():
        print("skipped: the operator cases (no folder)")
        return 0
    failed = None
    if arguments.failed:
        failed = {name for name, found in json.loads(arguments.failed.read_text()).items() if "why" in found}
    os.environ.setdefault("TACIT_STATE_DIR", tempfile.mkdtemp(prefix="tacit_state_"))
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tacit-nodes-") as name:
        scratch = pathlib.Path(name)
        folders = [f for f in unpack(arguments.models, scratch) if is_taken(f.name, arguments, failed)]
        with ThreadPoolExecutor(arguments.jobs) as pool:
            found = pool.map(lambda f: cases.outcome(arguments.build.resolve(), f, scratch), folders)
            results = {folder.name: result for folder, result in zip(folders, found)}
    if arguments.save:
        arguments.save.write_text(json.dumps(results, indent=1))
    if arguments.list:
        for name, found in results.items():
            print(f"{name:60} {found.get('why') or '%.3f of the allowed error, data: %s' % (found['worst'], found['data'])}")
    if arguments.summary:
        print_groups(results)
        print_errors(results)
    if arguments.write:
        exceptions = updated(exceptions, results)
        (HERE / "exceptions.json").write_text(json.dumps(exceptions, indent=1) + "\n")
    good = report(results, exceptions, bool(arguments.only or arguments.failed))
    print(f"{time.monotonic() - start:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
