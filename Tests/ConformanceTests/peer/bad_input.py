#!/usr/bin/env python3
"""Runs the conformance cases against a server that listens on TCP.

    bad_input.py HOST:PORT TOKEN [--recipient USER] [--pid PID] [--only TEXT] [--list]

TOKEN belongs to a user who may write to USER. With the server's PID its memory is measured too.
Prints a line for each case, PASS, FAIL or SKIP, and exits with 1 if one has failed.
"""

from __future__ import annotations

import argparse
import sys

import cases_calls  # noqa: F401  Importing them registers their cases.
import cases_frames  # noqa: F401
import cases_limits  # noqa: F401
import cases_requests  # noqa: F401
from conformance import CASES, Server, run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="HOST:PORT of the server")
    parser.add_argument("token", help="a bearer token")
    parser.add_argument("--recipient", default="dr-lindqvist", help="whom TOKEN's user writes to")
    parser.add_argument("--pid", type=int, help="of the server, on this machine")
    parser.add_argument("--frame-timeout", type=float, default=10.0, help="the server's, seconds")
    parser.add_argument("--only", default="", help="run the cases whose names hold this text")
    parser.add_argument("--list", action="store_true", help="print the names of the cases")
    arguments = parser.parse_args()
    cases = [case for case in CASES if arguments.only in case.name]
    if arguments.list:
        print("\n".join(case.name for case in cases))
        return 0
    if not cases:
        parser.error("no case has %r in its name" % arguments.only)
    host, _, port = arguments.address.rpartition(":")
    server = Server(
        host.strip("[]"), int(port), arguments.token, arguments.recipient, arguments.pid,
        arguments.frame_timeout,
    )
    failed = run(cases, server, sys.stdout)
    print("%d of %d cases failed" % (failed, len(cases)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
