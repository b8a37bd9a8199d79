#!/usr/bin/env python3
"""Runs the peers side by side and prints a Markdown table. README.md describes the model and the table.

Exit status: 0 when all results agree, 1 when some do not, 2 when something could not be run.
"""

import argparse
import itertools
import json
import math
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import NormalDist, fmean, median, variance

HERE = Path(__file__).resolve().parent

# What is compared, and what it is called in the output.
METRICS = {
    "mean_ms": "mean",
    "p50_ms": "p50",
    "p99_ms": "p99",
    "broker_wait_ms": "wait at broker",
    "jpki_wait_ms": "wait at jpki",
    "work_ms": "mean without waits",
}
# Line 2 × 7 ms, link 4 × 2 ms, services 6, 4, 3 and 4 ms.
WORK_MS = 39.0
# With fewer, Student's quantiles below are not exact, and intervals are too wide to be useful.
LEAST_BATCHES = 16
# The probability that programs which agree are reported as different, over all comparisons of one run.
FALSE_ALARM = 0.001


class Failure(Exception):
    """What failed, and what to do."""


def execute(command, what, hint, timeout=None, **options):
    """Standard output of a command that must succeed."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout, **options
        )
    except FileNotFoundError:
        raise Failure(f"{what}: there is no program {command[0]}. {hint}") from None
    except PermissionError:
        raise Failure(f"{what}: no permission to run {command[0]}. {hint}") from None
    except subprocess.TimeoutExpired:
        raise Failure(f"{what}: not finished after {timeout} s. Give a longer --timeout or fewer --checks.") from None
    if done.returncode != 0:
        output = "\n".join(f"    {line}" for line in (done.stderr or done.stdout).strip().splitlines()[-8:])
        raise Failure(f"{what}: exit status {done.returncode}. {hint}\n  command: {shlex.join(map(str, command))}\n{output}")
    return done.stdout


class Program:
    def __init__(self, name, command, ours):
        self.name, self.command, self.ours = name, command, ours
        self.rounds = []

    def run(self, checks, seed, timeout):
        if self.ours:
            command = [*self.command, "--checks", str(checks), "--seed", str(seed)]
        else:
            values = {"{checks}": str(checks), "{seed}": str(seed)}
            command = [values.get(word, word) for word in self.command]
        hint = "" if self.ours else "Try the command given with --also by itself."
        out = execute(command, f"{self.name}, round {seed}", hint, timeout)
        lines = [line for line in out.splitlines() if line.startswith("{")]
        try:
            result = json.loads(lines[-1])
            for key in ("checks", "wall_s", "p50_ms", "p99_ms"):
                if not result[key] >= 0:
                    raise ValueError(f"{key} is {result[key]}")
            if result["checks"] == 0 or result["wall_s"] == 0:
                raise ValueError("no check or no time was measured")
            for key, values in result.get("batches", {}).items():
                if len(values) < LEAST_BATCHES or not all(math.isfinite(value) for value in values):
                    raise ValueError(f"batches.{key} needs at least {LEAST_BATCHES} numbers")
        except IndexError:
            raise Failure(f"{self.name}: printed no JSON line. README.md lists its fields.") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Failure(
                f"{self.name}: its JSON line cannot be used ({type(error).__name__}: {error}). README.md lists its fields."
            ) from None
        self.rounds.append(result)

    def best(self):
        return min(result["wall_s"] / result["checks"] for result in self.rounds)

    def batches(self, metric):
        """The batches of all rounds. A round that repeats an earlier one (a program without seeds) is not counted."""
        seen = []
        for result in self.rounds:
            values = result.get("batches", {}).get(metric)
            if values and values not in seen:
                seen.append(values)
        return list(itertools.chain.from_iterable(seen))

    def batch_size(self, metric):
        result = self.rounds[0]
        return round(result["checks"] / len(result["batches"][metric]))


def student(confidence, freedom):
    """Two-sided quantile of Student's t, by its expansion around the normal one; accurate to 0.1 % from 15 degrees of freedom on."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def interval(values, confidence):
    """Mean and half width of its confidence interval."""
    return fmean(values), student(confidence, len(values) - 1) * math.sqrt(variance(values) / len(values))


def difference_of_means(a, b, confidence):
    """Difference of two means, and the half width of its confidence interval (Welch)."""
    square_a, square_b = variance(a) / len(a), variance(b) / len(b)
    both = square_a + square_b
    if both == 0:
        return fmean(a) - fmean(b), 0.0
    freedom = both**2 / (square_a**2 / (len(a) - 1) + square_b**2 / (len(b) - 1))
    return fmean(a) - fmean(b), student(confidence, freedom) * math.sqrt(both)


def judge(programs, tolerance):
    """For each program its disagreements; a line for each of them; the number of comparisons."""
    pairs = []
    for metric in METRICS:
        available = [(program, program.batches(metric)) for program in programs]
        available = [(program, values) for program, values in available if values]
        for a, b in itertools.combinations(available, 2):
            # The expected mean of a batch does not depend on its size, but the expected p99 does.
            if metric not in ("p50_ms", "p99_ms") or a[0].batch_size(metric) == b[0].batch_size(metric):
                pairs.append((metric, a, b))
    known = [program for program in programs if program.ours]
    count = len(pairs) + len(known)
    confidence = 1 - FALSE_ALARM / max(count, 1)
    wrong = {program.name: [] for program in programs}
    differences = []
    for metric, (a, values_a), (b, values_b) in pairs:
        difference, half = difference_of_means(values_a, values_b, confidence)
        allowed = half if a.ours and b.ours else half + tolerance
        if abs(difference) > allowed:
            wrong[a.name].append(f"{METRICS[metric]} from {b.name}")
            wrong[b.name].append(f"{METRICS[metric]} from {a.name}")
            differences.append(
                f"- {METRICS[metric]}: {a.name} − {b.name} is {difference:+.3f} ms; up to {allowed:.3f} ms would be agreement."
            )
    for program in known:
        value, half = interval(program.batches("work_ms"), confidence)
        if abs(value - WORK_MS) > half:
            wrong[program.name].append(f"{METRICS['work_ms']} from theory")
            differences.append(
                f"- {METRICS['work_ms']}: {program.name} has {value:.3f} ms ± {half:.3f}; the model has {WORK_MS:g} ms."
            )
    return wrong, differences, count


def tables(programs, baseline, tolerance):
    wrong, differences, count = judge(programs, tolerance)
    base = baseline.best()
    lines = [
        f"| program | version | checks | wall s, best | median of {len(programs[0].rounds)} | µs a check"
        f" | ratio to {baseline.name} | p50 ms | p99 ms | agrees |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for program in sorted(programs, key=Program.best):
        walls = [result["wall_s"] for result in program.rounds]
        quantiles = [f"{fmean(result[key] for result in program.rounds):.1f}" for key in ("p50_ms", "p99_ms")]
        if not any(program.batches(metric) for metric in METRICS):
            agrees = "not checked: no batches"
        else:
            agrees = "no: " + ", ".join(wrong[program.name]) if wrong[program.name] else "yes"
        cells = [
            program.name,
            str(program.rounds[-1].get("version", "–")),
            f"{program.rounds[-1]['checks']:,}",
            f"{min(walls):.3f}",
            f"{median(walls):.3f}",
            f"{program.best() * 1e6:.1f}",
            f"{program.best() / base:.1f}",
            *quantiles,
            agrees,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "Means over batches with their 99.9 % confidence intervals, ms:", ""]
    lines += ["| program | " + " | ".join(METRICS.values()) + " |", "|---|" + "--:|" * len(METRICS)]
    for program in programs:
        cells = []
        for metric in METRICS:
            values = program.batches(metric)
            value, half = interval(values, 0.999) if values else (0, 0)
            cells.append(f"{value:.2f} ± {half:.2f}" if values else "–")
        lines.append(f"| {program.name} | " + " | ".join(cells) + " |")
    outcome = "these do not agree:" if differences else "all agree."
    lines += ["", f"Comparisons made: {count}, together at {100 * (1 - FALSE_ALARM):g} %; {outcome}"]
    return "\n".join(lines + ([""] + differences if differences else [])), not differences


def peers(directory, skip):
    """Installs and builds what is not skipped."""
    programs = []
    python = directory / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not {"simpy", "ciw"} <= skip:
        if not python.exists():
            execute(
                [sys.executable, "-m", "venv", str(directory)],
                "virtual environment",
                "Install Python's venv module (on Debian: python3-venv), or give another --venv.",
            )
        execute(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"],
            "Python packages",
            "They need a package index and Python 3.11 or newer; or skip them: --skip simpy --skip ciw.",
            cwd=HERE,
        )
    programs += [
        Program(name, [str(python), "-B", str(HERE / f"{name}_model.py")], True) for name in ("simpy", "ciw") if name not in skip
    ]
    if "nexosim" not in skip:
        target = directory / "des"
        execute(
            ["cargo", "build", "--release", "--locked", "--quiet", "--target-dir", str(target)],
            "Rust program",
            "It needs cargo and a crate registry; or skip it: --skip nexosim.",
            cwd=HERE / "des",
        )
        programs.append(Program("nexosim", [str(target / "release" / "peers-des")], True))
    return programs


def also(text):
    name, equals, command = text.partition("=")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    if not (equals and name.strip() and words):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME='command'")
    return Program(name.strip(), words, False)


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def arguments():
    parser = argparse.ArgumentParser(description="Runs the peers side by side and prints a Markdown table.")
    parser.add_argument("--checks", type=positive, default=20_000, metavar="N", help="checks per run (default 20000)")
    parser.add_argument("--rounds", type=positive, default=3, metavar="R", help="runs of each program (default 3)")
    parser.add_argument(
        "--venv", type=Path, metavar="DIR", help="where to install and build; kept for the next run (default: a temporary folder)"
    )
    parser.add_argument(
        "--also",
        type=also,
        action="append",
        default=[],
        metavar="NAME='COMMAND'",
        help="another program that prints the JSON line; its arguments {checks} and {seed} are replaced; may be repeated",
    )
    parser.add_argument(
        "--also-tolerance",
        type=float,
        default=0.0,
        metavar="MS",
        help="how far programs of --also may deviate beyond chance, for instance because of a coarser clock (default 0)",
    )
    parser.add_argument("--baseline", metavar="NAME", help="the program that ratios refer to (default: the fastest)")
    parser.add_argument("--skip", action="append", default=[], choices=["simpy", "ciw", "nexosim"], help="may be repeated")
    parser.add_argument("--timeout", type=positive, default=1800, metavar="S", help="for one run (default 1800)")
    args = parser.parse_args()
    names = [name for name in ("simpy", "ciw", "nexosim") if name not in args.skip] + [one.name for one in args.also]
    if len(set(names)) < len(names):
        parser.error("each program needs a name of its own")
    if not names:
        parser.error("every program is skipped: skip fewer, or add one with --also")
    if args.baseline and args.baseline not in names:
        parser.error(f"--baseline: unknown program {args.baseline}; known: {', '.join(names)}")
    if args.checks < 1000:
        parser.error("--checks must be at least 1000: fewer cannot be compared")
    if args.checks < 4000:
        print("run.py: with fewer than 4,000 checks batches are short, and intervals are less reliable than they seem", file=sys.stderr)
    return args


def compare(args, directory):
    programs = peers(directory, set(args.skip)) + args.also
    for seed in range(1, args.rounds + 1):
        # In turn, so that other load on the machine affects all alike; each round begins with another program.
        for offset in range(len(programs)):
            program = programs[(seed + offset) % len(programs)]
            program.run(args.checks, seed, args.timeout)
            wall = program.rounds[-1]["wall_s"]
            print(f"round {seed} of {args.rounds}: {program.name} {wall:.3f} s", file=sys.stderr)
    baseline = min(programs, key=Program.best)
    if args.baseline:
        baseline = next(program for program in programs if program.name == args.baseline)
    text, agree = tables(programs, baseline, args.also_tolerance)
    rust = ""
    if "nexosim" not in args.skip:
        rust = ", " + " ".join(execute(["rustc", "--version"], "rustc", "Install Rust.").split()[:2])
    print(f"{text}\n\nPython {platform.python_version()}{rust}, {os.cpu_count()} processors.")
    return 0 if agree else 1


def main():
    args = arguments()
    temporary = None
    if args.venv is None:
        temporary = tempfile.mkdtemp(prefix="peers-")
    try:
        directory = Path(temporary or args.venv).resolve()
        return compare(args, directory)
    except Failure as failure:
        print(f"run.py: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
