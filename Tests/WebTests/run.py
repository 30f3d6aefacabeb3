"""Runs the tests of the web app in Debian's Chromium, against a server of the sample clinic each.

    run.py [WORD...]    only tests whose names have one of the words

Screenshots and what failed pages looked like lie in the folder of WARDLINE_ARTEFACTS.
"""

import importlib
import os
import pathlib
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

from clinic import Clinic
from people import CHROMIUM, LAN_NAME, People
from suite import TESTS

HERE = pathlib.Path(__file__).parent
ARTEFACTS = pathlib.Path(os.environ.get("WARDLINE_ARTEFACTS", ".build/web-tests"))


class Stage:
    """What a test is given: a clinic, people, and a place for figures and pictures."""

    def __init__(self, browser, clinic, figures):
        self.clinic = clinic
        self.people = People(browser, clinic)
        self.browser = browser
        self.figures = figures
        self.artefacts = ARTEFACTS

    def sign_in(self, user, path="/", **options):
        return self.people.sign_in(user, path, **options)


def run(browser, function, figures):
    """Gives None, or why it failed."""
    try:
        with Clinic(getattr(function, "environment", None)) as clinic:
            return perform(function, Stage(browser, clinic, figures))
    except AssertionError as error:
        return explain(error)


def perform(function, stage):
    """The same, on a stage."""
    try:
        function(stage)
        if stage.people.problems:
            raise AssertionError("the page reported: " + "; ".join(stage.people.problems))
    except Exception as error:
        keep(stage, function.__name__)
        return explain(error) + "".join(stage.clinic.lines[-20:])
    finally:
        stage.people.close()
    return None


def explain(error):
    """Where in the tests it happened, and why; not how Playwright is made."""
    frames = [
        f"  {pathlib.Path(one.filename).name}:{one.lineno}: {one.line}"
        for one in traceback.extract_tb(error.__traceback__)
        if pathlib.Path(one.filename).parent == HERE
    ]
    return "\n".join([*frames, f"  {type(error).__name__}: {error}", ""])


def keep(stage, name):
    """What the pages of a failed test show."""
    for number, context in enumerate(stage.people.contexts):
        for page in context.pages:
            try:
                page.screenshot(path=ARTEFACTS / f"failed-{name}-{number}.png")
            except Exception:
                pass  # The page is gone; the failure itself is what counts.


def main(words):
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for file in sorted(HERE.glob("test_*.py")):
        importlib.import_module(file.stem)
    chosen = [one for one in TESTS if not words or any(word in one[0].__name__ for word in words)]
    figures, failed = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", f"--host-resolver-rules=MAP {LAN_NAME} 127.0.0.1"],
        )
        print(f"chromium {browser.version}")
        for function, rows in chosen:
            started = time.monotonic()
            problem = run(browser, function, figures)
            mark = "FAILED" if problem else "passed"
            sentence = " ".join((function.__doc__ or function.__name__).split())
            took = time.monotonic() - started
            print(f"{mark}  {took:5.1f} s  {' '.join(rows)}: {sentence}", flush=True)
            if problem:
                failed.append(function.__name__)
                print(problem, flush=True)
        browser.close()
    for figure in figures:
        print(figure)
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    sys.exit(main(sys.argv[1:]))
