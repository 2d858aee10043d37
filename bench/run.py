#!/usr/bin/python3
"""Measures whole processes on this machine: compile, prove, verify, sizes, memory, stage times.

Usage: bench/run.py --build DIR [--name NAME] [--runs N] [--cores N] [--only MODEL]
Writes bench/results/NAME.json, prints a table and the goals; exit 1 when a goal is missed, 2 when something fails.

A time is what the user waits for: from the start of the process to its end, reading and writing files included.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench/results"
MODELS = ("digits", "lenet5", "vgg16")
GOALS = (  # model, measure, at most, unit
    ("lenet5", "prove_seconds", 0.25, "s"),
    ("lenet5", "verify_seconds", 0.020, "s"),
    ("lenet5", "proof_bytes", 260 * 1024, "bytes"),
    ("lenet5", "masking.prove_seconds_more", 0.060, "s"),
    ("lenet5", "masking.proof_bytes_more", 60 * 1024, "bytes"),
    ("vgg16", "prove_seconds", 5.0, "s"),
    ("vgg16", "verify_seconds", 0.020, "s"),
    ("vgg16", "prove_peak_bytes", 2.5e9, "bytes"),
    ("vgg16", "masking.prove_ratio", 1.35, "x"),
    ("vgg16", "masking.proof_bytes_more", 60 * 1024, "bytes"),
)
SOURCES = ("src", "apps", "include", "cmake", "CMakeLists.txt")
QUIET_LOAD = 0.5
VERIFY_RUNS_PER_PROVE_RUN = 3


class Process:
    """One process run to its end: what it printed, wall seconds, peak resident bytes, CPU seconds."""

    def __init__(self, *command):
        command = [str(part) for part in command]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            start = time.perf_counter()
            child = subprocess.Popen(command, stdout=output, stderr=errors)
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            self.text, said = output.read().decode(), errors.read().decode().strip()
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}: {said}")
        self.peak_bytes = usage.ru_maxrss * 1024
        self.cpu_seconds = usage.ru_utime + usage.ru_stime

    def json(self):
        return json.loads(self.text)


def spread(values):
    return {"median": statistics.median(values), "fastest": min(values), "slowest": max(values), "all": values}


def stages_of(process):
    """Seconds of each stage of a proof; what lies outside all of them is the process itself and its files."""
    stages = process.json()["stages"]
    return {"start and files": process.seconds - sum(stages.values()), **stages}


def files_of(model, folder):
    """Model, calibration data and input."""
    if model == "digits":
        digits = ROOT / "examples/digits"
        return digits / "digits.onnx", digits / "calibration.npy", digits / "digit.npy"
    subprocess.run(["/usr/bin/python3", ROOT / "bench/models/build_models.py", folder, model], check=True, stdout=subprocess.DEVNULL)
    return folder / f"{model}.onnx", folder / f"{model}_calibration.npy", folder / f"{model}_input.npy"


def measure(model, build, folder, runs):
    """The model as it is compiled by default (weights and input private), and beside it with nothing hidden, turn by turn."""
    onnx, calibration, sample = files_of(model, folder)
    variants = {"private": (), "plain": ("--weights", "public", "--input", "public")}
    prefixes = {variant: folder / f"{model}_{variant}" for variant in variants}
    cli = build / "tacit"
    compiled = {variant: Process(cli, "compile", onnx, "-o", prefixes[variant], "--calibration", calibration, *flags, "--json")
                for variant, flags in variants.items()}
    proved, verified = {variant: [] for variant in variants}, {variant: [] for variant in variants}
    for _ in range(runs):
        for variant, prefix in prefixes.items():
            proved[variant].append(Process(cli, "prove", f"{prefix}.tacit", sample, "-o", f"{prefix}.proof", "--json"))
            verified[variant] += [Process(build / "tacit-verify", f"{prefix}.vk", f"{prefix}.proof") for _ in range(VERIFY_RUNS_PER_PROVE_RUN)]
    results = {variant: summary(compiled[variant], proved[variant], verified[variant], prefixes[variant]) for variant in variants}
    private, plain = results["private"], results["plain"]
    seconds = [r["prove_seconds"]["median"] for r in (private, plain)]
    private["masking"] = {"prove_ratio": seconds[0] / seconds[1], "prove_seconds_more": seconds[0] - seconds[1],
                          "proof_bytes_more": private["proof_bytes"] - plain["proof_bytes"]}
    return {**private, "plain": plain}


def summary(compiled, proved, verified, prefix):
    facts = compiled.json()
    stages = [stages_of(process) for process in proved]
    return {
        "parameters": facts["parameters"],
        "activation_bits": facts["activation_bits"],
        "weight_bits": facts["weight_bits"],
        "security_bits": facts["security"]["proven"],
        "zero_knowledge": facts["zero_knowledge"],
        "openings": facts.get("openings"),
        "compile_seconds": compiled.seconds,
        "compile_peak_bytes": compiled.peak_bytes,
        "prove_seconds": spread([process.seconds for process in proved]),
        "prove_cpu_seconds": spread([process.cpu_seconds for process in proved]),
        "prove_peak_bytes": max(process.peak_bytes for process in proved),
        "prove_stages": {name: statistics.median(times[name] for times in stages) for name in stages[0]},
        "verify_seconds": spread([process.seconds for process in verified]),
        "proof_bytes": os.path.getsize(f"{prefix}.proof"),
        "key_bytes": os.path.getsize(f"{prefix}.vk"),
        "bundle_bytes": os.path.getsize(f"{prefix}.tacit"),
    }


def first_line(path, start):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(start):
            return line.split(":", 1)[1].strip()
    return ""


def machine(cores):
    return {
        "cpu": first_line("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "cores_used": len(cores),
        "avx512": "avx512f" in first_line("/proc/cpuinfo", "flags").split(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
    }


def warn_if_busy(found):
    if found["load_before"] > QUIET_LOAD:
        print(f"warning: the machine is busy (load {found['load_before']:.2f}): times will be too long", file=sys.stderr)


def version(build):
    def git(*arguments):
        return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True).stdout.strip()

    return {
        "program": subprocess.run([build / "tacit", "--version"], check=True, capture_output=True, text=True).stdout.strip(),
        "commit": git("rev-parse", "HEAD"),
        "changed_files": bool(git("status", "--porcelain", "--untracked-files=no", "--", *SOURCES)),
    }


def judged_goals(models):
    goals = []
    for model, measure_name, limit, unit in GOALS:
        if model in models:
            found = models[model]
            for part in measure_name.split("."):
                found = found[part]
            found = found["median"] if isinstance(found, dict) else found
            goals.append({"model": model, "measure": measure_name, "at_most": limit, "unit": unit, "found": found, "met": found <= limit})
    return goals


def print_row(name, r):
    prove, verify = r["prove_seconds"], r["verify_seconds"]
    print(f"{name:8} {r['compile_seconds']:9.2f} {prove['median']:8.3f} {prove['fastest']:8.3f} {1000 * verify['median']:10.1f} "
          f"{r['proof_bytes'] / 1024:10.1f} {r['key_bytes'] / 1024:8.1f} {r['prove_peak_bytes'] / 1e6:8.0f} {r['security_bits']:6.1f}   "
          + ", ".join(f"{stage} {seconds:.3f}" for stage, seconds in r["prove_stages"].items()), flush=True)


def print_goals(goals):
    for g in goals:
        scale, unit = {"bytes": (1024, "KiB"), "s": (0.001, "ms"), "x": (1, "x")}[g["unit"]]
        print(f"goal: {g['model']:7} {g['measure']:27} {g['found'] / scale:11.2f} {unit:3} of {g['at_most'] / scale:g} {unit}: "
              f"{'met' if g['met'] else 'MISSED'}")


def parsed_arguments():
    parser = argparse.ArgumentParser(description="Measures whole processes on this machine.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder of tacit and tacit-verify, built for release")
    parser.add_argument("--name", default=datetime.date.today().isoformat(), help="write bench/results/NAME.json (default: the date)")
    parser.add_argument("--runs", type=int, default=5, help="proofs per model; three times as many verifications (default: 5)")
    parser.add_argument("--cores", type=int, default=2, help="cores that the programs may use (default: 2)")
    parser.add_argument("--only", choices=MODELS, help="measure this model only")
    arguments = parser.parse_args()
    if arguments.runs < 1 or arguments.cores < 1:
        parser.error("--runs and --cores count from 1")
    return arguments


def main():
    arguments = parsed_arguments()
    build = arguments.build.resolve()
    cores = sorted(os.sched_getaffinity(0))[: arguments.cores]
    os.sched_setaffinity(0, cores)   # the measured processes inherit it
    result = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "version": version(build),
              "machine": machine(cores), "runs": arguments.runs, "models": {}}
    print(f"{result['machine']['cpu']}, {len(cores)} of {result['machine']['cores']} cores, "
          f"{result['machine']['memory_bytes'] / 2**30:.1f} GiB, {result['version']['program']}")
    warn_if_busy(result["machine"])
    print(f"{'model':8} {'compile s':>9} {'prove s':>8} {'fastest':>8} {'verify ms':>10} {'proof KiB':>10} {'key KiB':>8} "
          f"{'peak MB':>8} {'bits':>6}   stages s")
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as folder:
        os.environ["TACIT_STATE_DIR"] = str(pathlib.Path(folder) / "state")
        for model in [arguments.only] if arguments.only else MODELS:
            result["models"][model] = measure(model, build, pathlib.Path(folder), arguments.runs)
            print_row(model, result["models"][model])
            print_row("  plain", result["models"][model]["plain"])
    result["goals"] = judged_goals(result["models"])
    print_goals(result["goals"])
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{arguments.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written: {path}")
    return 0 if all(goal["met"] for goal in result["goals"]) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, OSError, subprocess.CalledProcessError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        sys.exit(2)
