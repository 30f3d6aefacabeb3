#!/usr/bin/env python3
"""Checks that dependencies point the way scripts/imports.txt says.

Four things, each printed as file:line and the rule it breaks:
 1. a file of Sources/ imports only what the row of its target allows;
 2. Package.swift declares no dependency for a target that its row does not allow, and every target
    of Sources/ has a row;
 3. a file, tests and bench included, imports no package module that its target does not declare
    (SwiftPM would let it pass when another target happens to have built that module);
 4. the table has no cycle.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = "scripts/imports.txt"
EVERYWHERE = {"Swift", "Synchronization"}
LIBC = {"Glibc", "Musl", "Darwin"}
SYSTEM = EVERYWHERE | LIBC | {
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Testing", "XCTest",
    "RegexBuilder",
}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*"
    r"(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?(\w+)"
)


def read_table(path):
    """The rows as {target: set of modules, or None for any}, and the line of each."""
    rows, lines = {}, {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.split("#")[0].strip()
        if not text:
            continue
        target, colon, modules = text.partition(":")
        if not colon or target in rows:
            sys.exit(f"{TABLE}:{number}: expected one `target: modules` for each target")
        words = set(modules.split())
        if "libc" in words:
            words = words - {"libc"} | LIBC
        rows[target] = None if words == {"*"} else words
        lines[target] = number
    return rows, lines


def read_package():
    """The targets as SwiftPM itself understands Package.swift."""
    command = ["swift", "package", "--package-path", str(ROOT), "dump-package"]
    dump = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    folders = {"test": "Tests", "system": "Sources"}
    targets = {}
    for target in dump["targets"]:
        folder = target.get("path") or f"{folders.get(target['type'], 'Sources')}/{target['name']}"
        # A module's name has underscores where its target's has hyphens.
        declared = {
            next(iter(entry.values()))[0].replace("-", "_") for entry in target["dependencies"]
        }
        targets[target["name"]] = (target["type"], ROOT / folder, declared)
    return targets


def imports_of(path):
    """(line, module) of each import, not of text that looks like one in a string or comment."""
    in_string = in_comment = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not in_string and not in_comment:
            match = IMPORT.match(line)
            if match:
                yield number, match.group(1)
        if not in_comment and line.count('"""') % 2 == 1:
            in_string = not in_string
        if not in_string:
            if not in_comment and "/*" in line and "*/" not in line:
                in_comment = True
            elif in_comment and "*/" in line:
                in_comment = False


def cycle_in(rows):
    """A path of targets that ends where it began, or None."""
    done = set()

    def walk(target, path):
        if target in path:
            return path[path.index(target):] + [target]
        if target in done:
            return None
        for module in sorted(rows.get(target) or ()):
            if module in rows and (found := walk(module, path + [target])):
                return found
        done.add(target)
        return None

    for target in rows:
        if found := walk(target, []):
            return found
    return None


def check():
    rows, row_lines = read_table(ROOT / TABLE)
    targets = read_package()
    problems = []

    if found := cycle_in(rows):
        problems.append(f"{TABLE}:{row_lines[found[0]]}: a cycle: {' -> '.join(found)}")
    for target in rows.keys() - targets.keys():
        problems.append(f"{TABLE}:{row_lines[target]}: Package.swift has no target {target}")

    for name, (kind, folder, declared) in sorted(targets.items()):
        ruled = folder.is_relative_to(ROOT / "Sources")
        if ruled and name not in rows:
            problems.append(f"Package.swift: target {name} has no row in {TABLE}")
            continue
        row = rows[name] if ruled else None
        if row is not None:
            for extra in sorted(declared - row):
                problems.append(
                    f"Package.swift: {name} depends on {extra}, which its row in {TABLE} lacks")
        for path in sorted(folder.rglob("*.swift")):
            for line, module in imports_of(path):
                place = f"{path.relative_to(ROOT)}:{line}"
                if row is not None and module not in row | EVERYWHERE:
                    allowed = " ".join(sorted(row)) or "nothing but the standard library"
                    problems.append(f"{place}: {name} may not import {module}; it may: {allowed}")
                elif module not in declared | SYSTEM:
                    problems.append(
                        f"{place}: {name} imports {module} without declaring it in Package.swift")
    return problems


def main():
    problems = check()
    for problem in problems:
        print(problem)
    if problems:
        print(f"check-imports: {len(problems)} found. An import that points the wrong way means "
              "that the code belongs in another target.", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
