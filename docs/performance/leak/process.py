"""Runs a program and measures it: wall and processor time, peak memory, and when it had which file open. Linux only."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# How often open files are looked at. Short compared with the seconds that are measured, and long enough to cost little.
POLL_S = 0.02


class Failure(Exception):
    """What failed, and what to do."""


class Measured:
    """`code` is negative for a signal and None after a time-out; times are in seconds, `peak_mib` in MiB."""

    def __init__(self, code, wall_s, processor_s, peak_mib, spans, out, err):
        self.code, self.wall_s, self.processor_s, self.peak_mib = code, wall_s, processor_s, peak_mib
        # Per watched file: (wall, processor) when it was opened, and when it was closed.
        self.spans = spans
        self.out, self.err = out, err

    def of_file(self, path):
        """Wall and processor seconds between opening and closing."""
        try:
            opened, closed = self.spans[os.path.realpath(path)]
        except KeyError:
            raise Failure(f"{path}: the program was never seen reading it. Is it large enough?") from None
        return closed[0] - opened[0], closed[1] - opened[1]

    def until(self, path):
        """Wall and processor seconds until the file was opened."""
        return self.spans[os.path.realpath(path)][0]


def low_priority():
    """Lets other work go first. Nicer than that would be starved on a busy machine."""
    os.setpriority(os.PRIO_PROCESS, 0, max(10, os.getpriority(os.PRIO_PROCESS, 0)))


def processor_s(pid):
    """User and system time of all threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def open_files(pid):
    found = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            found.add(os.readlink(entry.path))
        except OSError:
            pass  # closed meanwhile
    return found


def run(command, codes, timeout=None, watch=()):
    """Runs `command`. Fails if its exit status is not in `codes`; a time-out gives the code None."""
    watched = {os.path.realpath(path) for path in watch}
    spans, end = {}, None
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        try:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        except OSError as error:
            raise Failure(f"{command[0]}: {error.strerror}") from None
        try:
            while True:
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                now = time.monotonic() - start
                if pid:
                    code = os.waitstatus_to_exitcode(status)
                    break
                if timeout is not None and now > timeout:
                    child.send_signal(signal.SIGKILL)
                    _, _, usage = os.wait4(child.pid, 0)
                    code = None
                    break
                if watched:
                    look(child.pid, now, watched, spans)
                time.sleep(POLL_S)
        except KeyboardInterrupt:
            child.kill()
            raise
        child.returncode = 0  # waited for above
        spent = usage.ru_utime + usage.ru_stime
        for span in spans.values():
            if span[1] is None:
                span[1] = (now, spent)
        out.seek(0)
        err.seek(0)
        stdout, stderr = out.read(), err.read().decode(errors="replace")
    if code is not None and code not in codes:
        what = f"signal {-code}" if code < 0 else f"exit status {code}"
        last = "\n".join(f"    {line}" for line in stderr.strip().splitlines()[-8:])
        raise Failure(f"{what} after {now:.0f} s: {shlex.join(map(str, command))}\n{last}")
    return Measured(code, now, spent, usage.ru_maxrss / 1024, spans, stdout, stderr)


def look(pid, now, watched, spans):
    try:
        seen = open_files(pid) & watched
        spent = processor_s(pid)
    except OSError:
        return  # it has just ended
    if len(seen) > 1:
        raise Failure("the program reads several files at once. Give --one-by-one.")
    for path in seen:
        spans.setdefault(path, [(now, spent), None])
    for path, span in spans.items():
        if span[1] is None and path not in seen:
            span[1] = (now, spent)


def people(shikaku, folder, count, seed):
    """The people file of a seed; made if there is none yet."""
    path = folder / f"people-{seed}-{count}.ndjson"
    if not path.exists():
        print(f"making {path.name}", file=sys.stderr)
        run([shikaku, "population", "--seed", str(seed), "--persons", str(count), "--out", path], {0})
    return path


def machine():
    """Processor, cores and kernel of this machine, without its name."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
