"""The model of README.md in Shikaku itself, with the full protocol: one JSON line, for `run.py --also`.

    python3 shikaku.py SHIKAKU real|modelled CHECKS SEED

The response includes recording the answer at the facility, about 3 ms, since Shikaku measures the time at the counter.
"""

import json
import pathlib
import subprocess
import sys

PER_SECOND = 100


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    program, crypto, checks, seed = sys.argv[1:]
    model = pathlib.Path(__file__).with_name("shikaku.toml")
    minutes = str(int(checks) / PER_SECOND / 60)
    command = [program, "load", str(model), "--minutes", minutes, "--crypto", crypto, "--seed", seed, "--format", "json"]
    played = subprocess.run(command, capture_output=True, text=True, check=False)
    if played.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {played.returncode}: {played.stderr.strip()}")
    results = json.loads(played.stdout)
    run = results["runs"][0]
    machine = run["machine"]
    line = {
        "name": f"shikaku ({crypto})",
        "version": results["version"],
        "checks": run["came"],
        "wall_s": round(machine["wall_s"] - machine["setup_s"], 4),
        "p50_ms": results["answer"]["p50"]["value"],
        "p99_ms": results["answer"]["p99"]["value"],
    }
    print(json.dumps(line))


main()
