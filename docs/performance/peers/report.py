"""Shared by both Python models: their command line and the JSON line that they print.

The Rust model has its own code for the same line; README.md explains each field.
"""

import argparse
import json
from importlib.metadata import version
from statistics import fmean

# Long enough (1,000 of 20,000 checks, 10 virtual seconds) for the queues of one batch to be independent of the batch before.
BATCHES = 20


def quantile(ordered, q):
    """The nearest rank: the smallest value that at least a share q of the values does not exceed."""
    return ordered[max(0, -int(-q * len(ordered) // 1) - 1)]


def summary(samples):
    """Mean, p50 and p99 of the response and the parts of its mean, from (response, wait at broker, wait at jpki) in seconds."""
    response, broker, jpki = zip(*samples)
    ordered = sorted(response)
    return {
        "mean_ms": fmean(response) * 1e3,
        "p50_ms": quantile(ordered, 0.50) * 1e3,
        "p99_ms": quantile(ordered, 0.99) * 1e3,
        # Each check visits each station twice.
        "broker_wait_ms": fmean(broker) / 2 * 1e3,
        "jpki_wait_ms": fmean(jpki) / 2 * 1e3,
        # The response without the queues. Its mean is known exactly, so it shows a lost hop or a wrong service at once.
        "work_ms": (fmean(response) - fmean(broker) - fmean(jpki)) * 1e3,
    }


def main(name, run):
    """Runs `run(checks, seed)`, which returns wall seconds and one sample per check in order of arrival, and prints the line."""
    parser = argparse.ArgumentParser(description=f"The eligibility check as a queueing model in {name}.")
    parser.add_argument("--checks", type=int, default=20_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.checks < BATCHES:
        parser.error(f"--checks must be at least {BATCHES}, one for each batch")
    wall, samples = run(args.checks, args.seed)
    n = len(samples)
    if n != args.checks:
        raise SystemExit(f"{name}: {n} of {args.checks} checks were answered")
    batches = [summary(samples[i * n // BATCHES : (i + 1) * n // BATCHES]) for i in range(BATCHES)]
    line = {"name": name, "version": version(name), "checks": n, "seed": args.seed, "wall_s": wall}
    line |= summary(samples)
    line["batches"] = {key: [batch[key] for batch in batches] for key in batches[0]}
    print(json.dumps(line))
