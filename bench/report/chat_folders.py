"""Data folders with a past, made once by `wardline-bench fill` and copied for each run."""

import contextlib
import functools
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile

from servers import OURS, PEERS, ROOT, Failure, pinned

FOLDERS = ROOT / ".build" / "bench-chat"
SCRATCH = FOLDERS / "scratch"
DATABASE, INDEX = "wardline.sqlite", "search.sqlite"


class Past:
    """What a folder holds: conversations in all, the measured user's, and messages in the large one
    and in all others together."""

    def __init__(self, conversations, own=None, large=0, spread=0):
        self.conversations, self.own = conversations, own or conversations
        self.large, self.spread = large, spread
        self.name = f"{conversations}-{self.own}-{large}-{spread}"

    @property
    def lists(self):
        return FOLDERS / schema_mark() / self.name

    def recording(self, keys):
        """Where the statements of sends to these conversations are kept."""
        return FOLDERS / f"statements-{program_mark()}" / f"{self.name}-{keys}"

    def make(self, note):
        """Makes the folder unless one with the same tables was made before."""
        if (self.lists / "queries").exists():
            return
        note(f"filling: {self.conversations:,} conversations, {self.large + self.spread:,} messages")
        kept = {schema_mark(), f"statements-{program_mark()}"}
        for old in FOLDERS.glob("*"):
            if old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(self.lists, ignore_errors=True)
        subprocess.run(
            [str(OURS), "fill", str(self.lists), "--conversations", str(self.conversations),
             "--own", str(self.own), "--large", str(self.large), "--spread", str(self.spread)],
            check=True, stdout=subprocess.DEVNULL)
        os.sync()

    def copy(self, name):
        """A fresh copy of the data, on the disk."""
        to = SCRATCH / name
        shutil.rmtree(to, ignore_errors=True)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.lists / "data", to)
        os.sync()
        return to


@functools.cache
def schema_mark():
    """Names the tables that this build makes, and their indexes."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([str(OURS), "fill", folder], check=True, stdout=subprocess.DEVNULL)
        texts = []
        for name in (DATABASE, INDEX):
            with contextlib.closing(sqlite3.connect(f"{folder}/data/{name}")) as database:
                texts += database.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:12]


def program_mark():
    """Names a build, which may run other statements than another."""
    state = OURS.stat()
    return hashlib.sha256(f"{state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:12]


def replay(recording, database, arguments, processor):
    command = [str(PEERS / "sqlite-replay"), *arguments, str(recording), str(database)]
    done = subprocess.run(pinned(command, processor), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(done.stderr.strip().splitlines()[-1] if done.stderr else "the replay failed")
    result = json.loads(done.stdout)
    result.update(result.pop("latency_us", {}))
    return result
