#!/usr/bin/env python3
"""Keeps the line numbers of links into the source right.

A link `[Type.name](../path/File.swift#L1)` in docs/ points to the line where `name` is declared.
Without arguments the documents are corrected; with --check nothing is written and a wrong link
fails.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[([A-Za-z.]+)\]\((\.\./[^)#]+\.swift)#L(\d+)\)")


def declaration(path, name):
    pattern = re.compile(r"\b(?:func|var|let|case|struct|enum|class) " + re.escape(name) + r"\b")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if pattern.search(line):
            return number
    return None


def corrected(document, problems):
    def replace(match):
        text, target, line = match.groups()
        path = document.parent / target
        number = declaration(path, text.split(".")[-1]) if path.is_file() else None
        if number is None:
            problems.append(f"{document.relative_to(ROOT)}: {text} is not declared in {target}")
            return match.group(0)
        return f"[{text}]({target}#L{number})"

    return LINK.sub(replace, document.read_text())


def main():
    check = "--check" in sys.argv[1:]
    problems = []
    for document in sorted((ROOT / "docs").glob("*.md")):
        text = corrected(document, problems)
        if text == document.read_text():
            continue
        if check:
            problems.append(f"{document.relative_to(ROOT)}: line numbers are old; run: make format")
        else:
            document.write_text(text)
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
