#!/usr/bin/env python3
"""Measures the whole chat beside its peers and writes bench/results/chat.md and chat.json.

    chat.py [--quick] [--runs N] [--seconds S] [--only TEXT] [--servers a,b] [--out FOLDER]
"""

import argparse
import datetime
import json
import sys
import time
from pathlib import Path

import chat_cases
import chat_goals
import chat_page
import chat_sends
import measure
from chat_servers import JetStream, PostgreSQL, RedisStream, Wardline, note
from chat_synapse import Synapse
from run import machine
from servers import OURS, ROOT


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 runs of 1 second instead of 5 of 2")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seconds", type=float, help="of each measurement")
    parser.add_argument("--only", default="", help="only cases whose name holds one of these")
    parser.add_argument("--servers", default="", help="only these, with commas between")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    options = parser.parse_args()
    options.runs = options.runs or (3 if options.quick else 5)
    options.seconds = options.seconds or (1.0 if options.quick else 2.0)
    options.warm_up = options.seconds / 2
    return options


def main():
    options = parse()
    if not measure.LOAD.exists() or not OURS.exists():
        sys.exit("not built: make bench-chat builds what this runs")
    everybody = [Wardline(), JetStream(), RedisStream(), PostgreSQL(), Synapse()]
    servers = {server.name: server for server in everybody}
    chosen = [name for name in options.servers.split(",") if name]
    for server in servers.values():
        if chosen and server.name not in chosen:
            server.missing = "not asked for"
    began = time.monotonic()
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(),
        "options": {"runs": options.runs, "seconds": options.seconds, "warm_up": options.warm_up},
        "cases": {}, "results": {},
    }
    wanted = [text for text in options.only.split(",") if text]
    try:
        for case in chat_cases.all_cases(servers, options):
            if wanted and not any(text in case.name for text in wanted):
                continue
            note(case.title)
            report["results"][case.name] = case.measure(options)
            report["cases"][case.name] = {"title": case.title, "unit": case.unit,
                                          "about": case.about, "kind": case.kind}
    finally:
        for server in servers.values():
            server.stop()
        chat_sends.clean()
    report["servers"] = {
        server.name: {"title": server.title,
                      **({"missing": server.missing} if server.missing
                         else {"version": server.version()})}
        for server in servers.values()}
    report["titles"] = chat_cases.TITLES
    report["minutes"] = round((time.monotonic() - began) / 60, 1)
    report["goals"] = [goal.judge(report["results"]) for goal in chat_goals.goals()]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "chat.json").write_text(json.dumps(report, indent=1) + "\n")
    (options.out / "chat.md").write_text(chat_page.page(report))
    print(chat_page.goal_table(report))
    print(f"written: {options.out}/chat.md")


if __name__ == "__main__":
    main()
