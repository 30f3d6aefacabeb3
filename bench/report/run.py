#!/usr/bin/env python3
"""Measures Wardline beside its peers and writes bench/results: JSON, a table, and plots.

    run.py [--quick] [--runs N] [--seconds S] [--only TEXT] [--servers a,b] [--out FOLDER]
"""

import argparse
import datetime
import json
import os
import platform
import sys
import time
from pathlib import Path

import cases
import goals
import markdown
import measure
import plots
from servers import OURS, ROOT, has_two_processors, make_certificate, participants


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true",
                        help="3 runs of half a second, without the curves of the plots")
    parser.add_argument("--runs", type=int, help="how often each case is measured (5)")
    parser.add_argument("--seconds", type=float, help="of each measurement (1)")
    parser.add_argument("--only", default="", help="only cases whose name holds this")
    parser.add_argument("--servers", default="", help="only these, with commas between")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    options = parser.parse_args()
    options.runs = options.runs or (3 if options.quick else 5)
    options.seconds = options.seconds or (0.5 if options.quick else 1.0)
    options.warm_up = options.seconds / 4
    return options


def machine():
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {
        "processor": model,
        "processors": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.release()}",
        "placement": "server on processor 0, load on processor 1" if has_two_processors()
        else "server and load share the processor",
        "load_average_before": os.getloadavg()[0],
    }


def main():
    options = parse()
    if not measure.LOAD.exists() or not OURS.exists():
        sys.exit("not built: make bench-peers builds what this runs")
    chosen = [name for name in options.servers.split(",") if name]
    servers = {server.name: server for server in participants()}
    for server in servers.values():
        if chosen and server.name not in chosen:
            server.missing = "not asked for"
    wanted = [case for case in cases.all_cases(not options.quick) if options.only in case.name]
    make_certificate()
    began = time.monotonic()
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(),
        "options": {"runs": options.runs, "seconds": options.seconds,
                    "warm_up": options.warm_up, "only": options.only},
        "servers": {},
    }
    try:
        results = measure.measure_cases(wanted, servers, options, measure.to_terminal)
        if options.only in "beside-slow":
            results.update(measure.measure_beside_slow(
                servers["wardline"], options, measure.to_terminal))
        memory = {}
        if options.only in "memory":
            memory = measure.measure_memory(servers, measure.to_terminal)
        stopped = {}
        if options.only in "stopped":
            stopped = measure.measure_stopped_readers(servers, measure.to_terminal)
    finally:
        for server in servers.values():
            server.stop()
    for server in servers.values():
        report["servers"][server.name] = {"title": server.title, **(
            {"missing": server.missing} if server.missing else {"version": server.version()})}
    report["minutes"] = round((time.monotonic() - began) / 60, 1)
    report["cases"] = {case.name: {"title": case.title, "unit": case.unit} for case in wanted}
    report["results"], report["memory"], report["stopped"] = results, memory, stopped
    report["goals"] = [goal.judge(results) for goal in goals.goals()]
    report["goals"] += [goals.judge_memory(memory, *goal) for goal in goals.MEMORY_GOALS]
    report["goals"] += [goals.judge_memory(stopped, *goal) for goal in goals.STOPPED_GOALS]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps(report, indent=1) + "\n")
    (options.out / "results.md").write_text(markdown.page(report))
    for name, picture in plots.all_plots(report).items():
        (options.out / name).write_text(picture)
    print(markdown.goal_table(report))
    print(f"written: {options.out}/results.md")


if __name__ == "__main__":
    main()
