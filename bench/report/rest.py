#!/usr/bin/env python3
"""Measures the REST face beside an empty handler of Hummingbird's, and writes bench/results/rest.md.

    rest.py [--quick] [--runs N] [--seconds S] [--strict-reads] [--out FOLDER]

Both are in one server on one loop, on processor 0; wrk asks from processor 1. A route does what the
empty handler does, and a use case: what an empty handler takes that calls the use case first is
measured too, under the same load, and what the use case adds to it is taken off. Reads are answered
before their audit records are durable, because how many records share a commit depends on the load, and
that would be most of the difference; --strict-reads measures what is served otherwise.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import measure
from markdown import number, table
from run import machine
from servers import LOAD_PROCESSOR, OURS, ROOT, SERVER_PROCESSOR, pinned

CONNECTIONS = 64
GOAL = 0.8
ROUTES = [
    ("me", "GET /api/me", "/api/me"),
    ("unread", "GET /api/chat/user/:userId/unread-count", "/api/chat/user/amara/unread-count"),
    ("history", "GET /messages/conversation/:id, 20 messages",
     "/messages/conversation/CONVERSATION?limit=20"),
]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 runs of 1 second instead of 5 of 2")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seconds", type=int, help="of each measurement")
    parser.add_argument("--strict-reads", action="store_true",
                        help="answer after the audit record is durable")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    options = parser.parse_args()
    options.runs = options.runs or (3 if options.quick else 5)
    options.seconds = options.seconds or (1 if options.quick else 2)
    return options


def processor_microseconds(process):
    """What all threads of a process have used, by the scheduler's count."""
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e3


def ask(process, url, seconds):
    """Requests per second, and processor time of the server for each, in microseconds."""
    before = processor_microseconds(process)
    done = subprocess.run(
        pinned(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s",
                "-H", "Authorization: Bearer amara", url], LOAD_PROCESSOR),
        capture_output=True, text=True, check=True)
    used = processor_microseconds(process) - before
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"{url}: not every request was answered with 200\n{done.stdout}")
    count = int(re.search(r"(\d+) requests in", done.stdout)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    return {"rate": rate, "us": used / count}


def measured(options):
    command = [str(OURS), "http-server", *(["--strict-reads"] if options.strict_reads else [])]
    process = subprocess.Popen(pinned(command, SERVER_PROCESSOR),
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        start = json.loads(process.stdout.readline())
        urls = {"empty": start["empty"] + "/empty"}
        for name, _, path in ROUTES:
            urls[name] = start["chat"] + path.replace("CONVERSATION", start["conversation"])
            urls["called " + name] = start["empty"] + "/called/" + name
        runs = {name: [] for name in urls}
        for name, url in urls.items():
            ask(process, url, 1)
        # In turn: a slow minute of the machine hits all of them.
        for turn in range(options.runs):
            measure.to_terminal(f"{turn + 1}/{options.runs}")
            for name, url in urls.items():
                runs[name].append(ask(process, url, options.seconds))
    finally:
        process.terminate()
        process.wait()
    medians = {name: {figure: statistics.median(run[figure] for run in done)
                      for figure in ("rate", "us")} for name, done in runs.items()}
    return medians, runs


def page(options, medians):
    empty = medians["empty"]
    rows = [["Hummingbird, an empty handler", number(empty["rate"]), f"{empty['us']:.1f}", "–", "–",
             "–"]]
    for name, title, _ in ROUTES:
        ours, inner = medians[name], medians["called " + name]["us"] - empty["us"]
        face = ours["us"] - inner
        ratio = empty["us"] / face
        rows.append([title, number(ours["rate"]), f"{ours['us']:.1f}", f"{inner:.1f}",
                     f"{face:.1f}", f"{ratio:.2f}{'' if ratio >= GOAL else ', **missed**'}"])
    about = machine()
    return "\n".join([
        "# The REST face\n",
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC. {about['processor']}, "
        f"{about['system']}; {about['placement']}. wrk, {CONNECTIONS} connections; median of "
        f"{options.runs} runs of {options.seconds} s, in turn; reads are answered "
        f"{'after' if options.strict_reads else 'before'} their audit records are durable.\n",
        table(["request", "requests/s", "µs of a processor", "of it the use case, µs",
               "what is left, µs", f"empty / what is left (goal: {GOAL})"], rows)])


def main():
    options = parse()
    if not OURS.exists():
        sys.exit("not built: make bench-rest builds what this runs")
    if not shutil.which("wrk"):
        sys.exit("wrk is missing; as root: apt-get install wrk")
    medians, runs = measured(options)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "rest.json").write_text(
        json.dumps({"medians": medians, "runs": runs}, indent=1) + "\n")
    text = page(options, medians)
    (options.out / "rest.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
