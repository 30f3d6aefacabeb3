#!/usr/bin/env python3
"""Compares ways to store a send: variants in turn, medians of each, and ratios to the first.

usage: run.py [--messages N] [--rounds N] [--preload N] [--folder DIR] [SET...]

The sets stand in `SETS` below; without a name all of them run. Databases are made in the folder
(3 GB for ten million messages) and stay there; delete it when you are done.
"""
import argparse
import json
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.join(ROOT, ".build", "storage", "storage")
COLUMNS = ["per_second", "processor_us", "statements_us", "commit_us", "checkpoint_us", "frames",
           "p50_ms", "p99_ms", "max_ms"]
CHOSEN = "layout=indexed tallies=1 keys=pending foreign=0 cache=32768 checkpoint=own:16000 "

SETS = {
    "parts": ("the parts of a send", [
        ("message alone", "layout=indexed keys=none foreign=0 reads=0 events=0 audit=0 totals=0"
                          " members=0"),
        ("and event", "layout=indexed keys=none foreign=0 reads=0 audit=0 totals=0 members=0"),
        ("and audit", "layout=indexed keys=none foreign=0 reads=0 totals=0 members=0"),
        ("and key", "layout=indexed keys=pending foreign=0 reads=0 totals=0 members=0"),
        ("and tallies", "layout=indexed keys=pending foreign=0 reads=0 tallies=1"),
        ("and what is read first", "layout=indexed keys=pending foreign=0 tallies=1"),
        ("and foreign keys", "layout=indexed keys=pending tallies=1"),
    ]),
    "layouts": ("where a message lies", [
        ("by arrival, and an index", CHOSEN + "keys=none"),
        ("WITHOUT ROWID", CHOSEN + "keys=none layout=without"),
        ("packed rowid", CHOSEN + "keys=none layout=numbered"),
        ("by arrival, no tallies", CHOSEN + "keys=none tallies=0"),
        ("by arrival, text kinds", CHOSEN + "keys=none text-kinds=1"),
    ]),
    "keys": ("layouts of idempotency keys", [
        (name, CHOSEN + "keys=" + name)
        for name in ["none", "user-text", "key-text", "key-blob", "hash16", "hash8", "hash8-ref",
                     "pending", "attached-user-text"]
    ] + [("key-blob, time-ordered", CHOSEN + "keys=key-blob time-keys=1")]),
    "pages": ("size of a page", [
        (f"{size}", CHOSEN + f"page={size} checkpoint=own:{16000 * 4096 // size}")
        for size in [4096, 2048, 8192, 16384]
    ]),
    "memory": ("cache and checkpoints", [
        ("32 MiB, own 16000", CHOSEN),
        ("16 MiB", CHOSEN + "cache=16384"),
        ("64 MiB", CHOSEN + "cache=65536"),
        ("own 4000", CHOSEN + "checkpoint=own:4000"),
        ("own 64000", CHOSEN + "checkpoint=own:64000"),
        ("thread 8000", CHOSEN + "checkpoint=thread:8000"),
        ("thread 16000", CHOSEN + "checkpoint=thread:16000"),
    ]),
    "heat": ("how many conversations are written to", [
        ("all", CHOSEN), ("1,000", CHOSEN + "hot=1000"), ("8", CHOSEN + "hot=8"),
        ("1", CHOSEN + "hot=1"),
    ]),
}


def settings(text):
    """The last of each name counts."""
    return dict(item.split("=", 1) for item in text.split())


def database(folder, values, preload):
    """One for each shape of the tables, since they are slow to fill."""
    shape = [values.get("layout", "without"), values.get("page", "4096"),
             values.get("text-kinds", "0"), str(preload)]
    return os.path.join(folder, "-".join(shape) + ".db")


def measure(folder, text, arguments):
    values = settings(text)
    values.update(preload=str(arguments.preload), messages=str(arguments.messages))
    command = [PROGRAM, "send", database(folder, values, arguments.preload)]
    command += [f"{name}={value}" for name, value in values.items()]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compare(title, variants, arguments):
    results = [[] for _ in variants]
    for _ in range(arguments.rounds):
        for index, (_, text) in enumerate(variants):
            results[index].append(measure(arguments.folder, text, arguments))
    print(f"\n## {title}\n\n| variant | rate, to the first | time, to the first | "
          + " | ".join(COLUMNS) + " |")
    print("| --- |" + " --- |" * (len(COLUMNS) + 2))
    for (name, _), runs in zip(variants, results):
        rate = statistics.median(a["per_second"] / b["per_second"] for a, b in zip(runs, results[0]))
        time = statistics.median(
            a["processor_us"] / b["processor_us"] for a, b in zip(runs, results[0]))
        cells = [f"{statistics.median(run[column] for run in runs):.2f}" for column in COLUMNS]
        print(f"| {name} | {rate:.2f} | {time:.2f} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--preload", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=os.path.join(ROOT, ".build", "storage", "data"))
    parser.add_argument("sets", nargs="*", metavar="SET")
    arguments = parser.parse_args()
    subprocess.run(["make", "-s", "-C", HERE], check=True)
    os.makedirs(arguments.folder, exist_ok=True)
    disk = subprocess.run([PROGRAM, "disk", arguments.folder], capture_output=True, text=True,
                          check=True)
    print(f"fdatasync: {disk.stdout.strip()}")
    for name in arguments.sets or SETS:
        compare(*SETS[name], arguments)


main()
