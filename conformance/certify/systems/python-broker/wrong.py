#!/usr/bin/env python3
"""wrong.py SHIKAKU [--every N] [--jobs N] [--edits FILE] [--name PREFIX] [--write FILE]

Applies each deliberately wrong edit of edits.json to a copy of broker.py, starts it with an empty state, and runs the
smallest part of the certification that must notice. Fails if an edit is not found where it is expected, if what failed
does not quote a clause that the edit breaks, or if the unedited broker does not pass the same part. --every N takes
every Nth edit, --jobs N plays N at once, each with a kit of its own, --write FILE keeps what failed. Each run has an
end: the limit of play(); a run without a report counts as not found.
"""
import argparse, concurrent.futures, json, pathlib, shutil, signal, socket, subprocess, sys, tempfile, threading, time
HERE = pathlib.Path(__file__).resolve().parent
PIECE = 6  # edits
SUT = """role = "broker"
address = "127.0.0.1:{port}"
kit = "kit"
leaves-this-machine = false
[product]
name = "wrong edit"
version = "0.1.0"
vendor = "wrong.py"
[claims]
tls-1-2 = false
resumes-sessions = false
[commands]
start = "sh start"
stop = "sh stop"
kill = "sh stop -KILL"
[evidence]
audit-file = "state/records.jsonl"
logs = ["state/broker.log", "state/records.jsonl"]
"""


START = """"{python}" "{program}" serve kit {port} state >broker 2>/dev/null & echo $! >broker.pid
"""
STOP = """pid=$(cat broker.pid); kill ${1:--TERM} $pid; while kill -0 $pid 2>/dev/null; do sleep 0.05; done
"""


def ready(folder):
    """Until the broker has said that it listens."""
    for _ in range(100):
        said = folder / "broker"
        if said.exists() and '"ready"' in said.read_text():
            return True
        time.sleep(0.1)
    return False


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_kit(shikaku, folder):
    """`serve` writes the kit, says that it is ready, and is ended."""
    for _ in range(5):
        process = subprocess.Popen([shikaku, "serve", "jpki", "insurer", "number-authority", "facility", "line", "--kit", folder / "kit",
                                    "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        ready = process.stdout.readline()
        process.terminate()
        process.wait(20)
        if ready:
            return
        shutil.rmtree(folder / "kit", ignore_errors=True)
    sys.exit("no kit")


def play(shikaku, folder, program, only, limit=300):
    """One broker with an empty state, one part of the certification: the report, or None if there is none."""
    port = free_port()
    (folder / "sut.toml").write_text(SUT.format(port=port))
    shutil.rmtree(folder / "state", ignore_errors=True)
    (folder / "start").write_text(START.format(python=sys.executable, program=program, port=port))
    (folder / "stop").write_text(STOP)
    (folder / "broker").unlink(missing_ok=True)  # the ready line of the one before
    subprocess.run(["sh", "start"], cwd=folder, check=True)
    try:
        if not ready(folder):
            return None
        done = subprocess.run([shikaku, "certify", "broker", "--config", folder / "sut.toml", "--fresh", "--only", only, "--format", "json"],
                              capture_output=True, timeout=limit)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    finally:
        subprocess.run(["sh", "stop", "-KILL"], cwd=folder, stderr=subprocess.DEVNULL)


def failed(report):
    names = [case["name"] for case in report["cases"] if case["outcome"] == "failed"]
    return names + [rule["rule"] for rule in report["rules"] if rule["outcome"] == "broken"]


def quoted(report):
    """The clauses that the failures quote."""
    return {clause["id"] for case in report["cases"] for failure in case["failures"] for clause in failure["clauses"]}


def wrong_broker(right, edit):
    wrong = right
    for find, replace in [(edit["find"], edit["replace"])] + edit.get("also", []):
        if wrong.count(find) != 1:
            sys.exit(f"{edit['name']}: the text to find is there {wrong.count(find)} times")
        wrong = wrong.replace(find, replace)
    return wrong


def try_edits(shikaku, edits, report_on):
    """Edits for the same part of the certification: the control, then each of them. How many were not found."""
    right, bad = (HERE / "broker.py").read_text(), 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        make_kit(shikaku, folder)
        only = edits[0]["only"]
        control = play(shikaku, folder, HERE / "broker.py", only)
        passes = control is not None and not failed(control) and control["ending"] == "passed"
        if not passes:
            report_on(f"CONTROL FAILED {only}: {failed(control) if control else 'no report'}")
        for edit in edits:
            program, started = folder / "wrong_broker.py", time.monotonic()
            program.write_text(wrong_broker(right, edit))
            report = play(shikaku, folder, program, only)
            edit["failed"] = failed(report) if report else ["no report"]
            clauses = quoted(report) if report else set()
            hit = any(name.startswith(prefix) for name in edit["failed"] for prefix in edit["expect"].split())
            verdict = "found" if hit and passes and clauses & set(edit["clause"].split()) else "NOT CLAUSE" if hit and passes else "NOT FOUND"
            edit["found"] = verdict == "found"
            bad += not edit["found"]
            quotes = "" if edit["found"] else f"  quoted: {' '.join(sorted(clauses))}"
            took = time.monotonic() - started
            report_on(f"{verdict:11}{edit['name']:42}{edit['clause']:18}{took:4.0f} s  {' '.join(edit['failed'][:6])}{quotes}")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shikaku", type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--edits", type=pathlib.Path, default=HERE / "edits.json")
    parser.add_argument("--name", default="")
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    edits, lock = json.loads(arguments.edits.read_text()), threading.Lock()
    wanted = [edit for edit in edits[:: arguments.every] if edit["name"].startswith(arguments.name)]
    for edit in wanted:
        wrong_broker((HERE / "broker.py").read_text(), edit)  # a text that is not there ends the program before anything is played
    parts = {}
    for edit in wanted:
        parts.setdefault(edit["only"], []).append(edit)

    def report_on(line):
        with lock:
            print(line, flush=True)
            if arguments.write:
                arguments.write.write_text(json.dumps(edits, ensure_ascii=False, indent=1) + "\n")

    # A part with many edits is played in pieces, so that it does not take as long as all the others.
    pieces = [part[at : at + PIECE] for part in parts.values() for at in range(0, len(part), PIECE)]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        bad = sum(pool.map(lambda piece: try_edits(arguments.shikaku, piece, report_on), pieces))
    print(f"{bad} of {len(wanted)} not found")
    sys.exit(1 if bad else 0)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
main()
