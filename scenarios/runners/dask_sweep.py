#!/usr/bin/env python3
"""A sweep of `shikaku run` through Dask distributed.

    dask_sweep.py --shards 64 --out out --workers 4 -- --suite core --seeds 1..10000 --jobs 1

Each shard is a task; Dask decides where it runs, and runs it again if its worker dies. The results of shard I are written to a temporary
folder, which is then renamed to OUT/I, so that a shard may safely run twice. With --scheduler, OUT must be in a file system that all workers
share, and --shikaku must have the same path on all of them. At the end the shards are merged into OUT/merged, and the exit code is that of
`shikaku merge`. A shard in which runs fail (exit code 1) is a result; any other non-zero exit code ends the sweep.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from distributed import Client, LocalCluster, as_completed


def run_shard(shikaku: str, shard: int, shards: int, out: str, arguments: list[str]) -> int:
    """Runs one shard on a worker and returns its number. OUT/SHARD is created atomically."""
    results = Path(out) / str(shard)
    # An empty file for each attempt: which process started which shard.
    attempts = Path(out) / "attempts"
    attempts.mkdir(exist_ok=True)
    (attempts / f"{shard}-{socket.gethostname()}-{os.getpid()}").touch()
    if (results / "results.json").exists():
        return shard
    temporary = Path(tempfile.mkdtemp(prefix=f".{shard}-", dir=out))
    try:
        command = [shikaku, "run", *arguments, "--partition", f"slice:{shard}/{shards}", "--out", str(temporary / "results")]
        # If Linux's setpriv is available, the run is killed together with its worker.
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "KILL", "--", *command]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1):
            how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
            output = done.stderr.decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"shard {shard} of {shards} ended with {how}: {output}")
        try:
            (temporary / "results").rename(results)
        except OSError:
            # Another attempt was faster. Its results are the same.
            if not (results / "results.json").exists():
                raise
        return shard
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shikaku", default="shikaku", metavar="PATH", help="the binary")
    parser.add_argument("--shards", type=int, required=True, metavar="N", help="a few for each worker, of 5 to 30 seconds each")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder without results of another sweep")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS", help="a running scheduler, such as tcp://host:8786")
    where.add_argument("--workers", type=int, default=2, metavar="N", help="workers on this machine")
    parser.add_argument("arguments", nargs="*", metavar="-- RUN ARGS", help="arguments of `shikaku run`")
    args = parser.parse_args()
    if args.shards < 1 or args.workers < 1:
        parser.error("--shards and --workers must be at least 1")
    shikaku = shutil.which(args.shikaku)
    if shikaku is None:
        parser.error(f"--shikaku: there is no command `{args.shikaku}`: build it, or give its path")
    shikaku = os.path.abspath(shikaku)
    out = args.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if (out / "attempts").exists() or (out / "merged").exists():
        parser.error(f"--out: `{out}` contains another sweep: give an empty folder")

    if args.scheduler:
        client = Client(args.scheduler)
    else:
        # No dashboard, and nothing listens beyond this machine.
        cluster = LocalCluster(n_workers=args.workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
        client = Client(cluster)
    shards = range(1, args.shards + 1)
    with client:
        # Not pure: the files are the result, so Dask must not reuse a cached one.
        tasks = [client.submit(run_shard, shikaku, i, args.shards, str(out), args.arguments, pure=False) for i in shards]
        try:
            for done, task in enumerate(as_completed(tasks), start=1):
                print(f"shard {task.result()} is done ({done} of {args.shards})", file=sys.stderr, flush=True)
        except Exception as error:  # also a worker that died repeatedly
            client.cancel(tasks)
            print(f"error: {error}", file=sys.stderr)
            return 4
        finally:
            if not args.scheduler:
                cluster.close()
    # Left behind by killed attempts.
    for left in out.glob(".[0-9]*-*"):
        shutil.rmtree(left, ignore_errors=True)
    return subprocess.run([shikaku, "merge", *(str(out / str(i)) for i in shards), "--out", str(out / "merged"), "--replace"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
