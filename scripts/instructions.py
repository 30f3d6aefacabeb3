#!/usr/bin/env python3
"""Counts the instructions of one operation of each case of wardline-instructions.

    instructions.py BINARY [CASE...]            count, and compare with the thresholds
    instructions.py BINARY --update [CASE...]   count, and write what was counted as thresholds

Each case runs N and 2N times under callgrind and the difference, over N, is what one operation
costs: the start of the process is in both and falls out. Instructions do not depend on how busy the
machine is. A case over its threshold by more than the tolerance fails; one below it by as much is
pointed out, so that the threshold can follow.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
THRESHOLDS = ROOT / "bench" / "instructions" / "thresholds.json"
# A multiple of 64: some cases work in rounds of so many.
COUNT = 3200


def environment():
    variables = dict(os.environ)
    variables["SWIFT_BACKTRACE"] = "enable=no"
    variables["SWIFT_DETERMINISTIC_HASHING"] = "1"
    # The C library's copying must not depend on the processor.
    variables["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=-AVX2,-AVX512F,-ERMS,-FSRM"
    return variables


def run(command):
    return subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def without_debug_information(binary, folder):
    """A copy that Debian 12's valgrind can read: it stumbles over DWARF 5."""
    copy = pathlib.Path(folder) / binary.name
    subprocess.run(["strip", "--strip-debug", "-o", str(copy), str(binary)], check=True)
    return copy


def instructions(binary, case, count):
    result = run([
        "valgrind", "--tool=callgrind", f"--callgrind-out-file={binary}.callgrind",
        str(binary), case, str(count),
    ])
    found = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not found:
        sys.exit(f"instructions: {case} does not run under valgrind:\n{result.stderr}")
    return int(found.group(1))


def cost(binary, case):
    once = instructions(binary, case, COUNT)
    return (instructions(binary, case, 2 * COUNT) - once) / COUNT


def compiler():
    said = run(["swift", "--version"])
    found = re.search(r"Swift version (\S+)", said.stdout + said.stderr)
    return found.group(1) if found else "unknown"


def verdict(cost, threshold, tolerance):
    if threshold is None:
        return "no threshold"
    change = 100 * (cost / threshold - 1)
    if change > tolerance:
        return f"{change:+.1f} %  TOO MANY"
    if change < -tolerance:
        return f"{change:+.1f} %  fewer: lower the threshold"
    return f"{change:+.1f} %"


def count(binary, names, thresholds, tolerance, update):
    """Prints a line for each case and returns those that fail."""
    failed = []
    print(f"{'case':20} {'instructions':>12} {'threshold':>10}")
    for name in names:
        counted = cost(binary, name)
        said = verdict(counted, thresholds.get(name), tolerance)
        print(f"{name:20} {counted:12.0f} {thresholds.get(name, 0):10.0f}  {said}", flush=True)
        if update:
            thresholds[name] = round(counted)
        elif "TOO MANY" in said or name not in thresholds:
            failed.append(name)
    return failed


def main():
    arguments = [word for word in sys.argv[1:] if word != "--update"]
    update = "--update" in sys.argv
    if not arguments:
        sys.exit(__doc__)
    binary, wanted = pathlib.Path(arguments[0]), arguments[1:]
    cases = dict(line.split("\t") for line in run([binary]).stdout.splitlines())
    for name in wanted:
        if name not in cases:
            sys.exit(f"instructions: there is no case {name}; there are: {', '.join(cases)}")
    kept = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    tolerance = kept.get("tolerancePercent", 5)
    thresholds = kept.get("instructions", {})

    with tempfile.TemporaryDirectory() as folder:
        stripped = without_debug_information(binary, folder)
        failed = count(stripped, wanted or cases, thresholds, tolerance, update)

    version = compiler()
    if update:
        thresholds = {name: thresholds[name] for name in cases if name in thresholds}
        kept = {"swift": version, "tolerancePercent": tolerance, "instructions": thresholds}
        THRESHOLDS.write_text(json.dumps(kept, indent=2) + "\n")
    if failed and version != kept.get("swift"):
        print(f"instructions: the thresholds are those of Swift {kept.get('swift')}, this is "
              f"{version}: another compiler writes other instructions, so nothing fails")
    elif failed:
        sys.exit(f"instructions: beyond the threshold, or without one: {', '.join(failed)}")


if __name__ == "__main__":
    main()
