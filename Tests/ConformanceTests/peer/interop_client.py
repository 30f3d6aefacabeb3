#!/usr/bin/env python3
"""Runs the interop cases against a server.

    interop_client.py HOST:PORT|unix:PATH [--extensions] [CASE...]

Prints PASS or FAIL for each case and exits with 1 if one has failed.
"""

from __future__ import annotations

import argparse
import sys

from interop_cases import CASES, Run
from ttrpc_endpoint import Failed, Violation


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="HOST:PORT or unix:PATH of the server")
    parser.add_argument("--extensions", action="store_true", help="negotiate the extensions")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="all if none is named")
    arguments = parser.parse_intermixed_args()
    run = Run(arguments.address, arguments.extensions)
    failed = False
    for name in arguments.cases or CASES:
        try:
            CASES[name](run)
            print("PASS %s" % name, flush=True)
        except (AssertionError, Failed, Violation, OSError, KeyError) as error:
            failed = True
            print("FAIL %s: %s: %s" % (name, type(error).__name__, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
