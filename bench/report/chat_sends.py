"""Durable sends through the whole stack, beside the same statements in C and beside others' logs."""

import json
import os
import shutil
import signal
import subprocess

import measure
from chat_folders import DATABASE, INDEX, SCRATCH, Past, replay
from chat_servers import note
from servers import LOAD_PROCESSOR, PEERS, SERVER_PROCESSOR, Failure, pinned

LOAD = PEERS / "load"
PAYLOAD_BYTES = 128
CONVERSATIONS = [1, 1_000, 100_000]
# Connections and calls in flight on each.
SHAPES = [(1, 256), (8, 32)]
RECORDED_SECONDS = 4
# In the order in which they are added up; tables that are not named here come last.
LINES = ["chat_messages", "events", "audit", "idempotency_keys"]


def run(command, seconds, processor=LOAD_PROCESSOR):
    """Runs a load generator and returns its figures."""
    done = subprocess.run(pinned(command, processor), capture_output=True, text=True,
                          timeout=120 + 10 * seconds)
    if done.returncode != 0:
        raise Failure(done.stderr.strip().splitlines()[-1] if done.stderr else "the load failed")
    result = json.loads(done.stdout)
    if result["count"] == 0:
        raise Failure("nothing was answered")
    result.update(result.pop("latency_us", {}))
    return result


def load(server, arguments, options):
    return run([str(LOAD), "--dialect", server.dialect, "--payload", str(PAYLOAD_BYTES), *arguments,
                "--seconds", str(options.seconds), "--warm-up", str(options.warm_up),
                "--server", str(server.process.pid), server.address], options.seconds)


def shape(connections, in_flight):
    return ["--connections", str(connections), "--in-flight", str(in_flight)]


class Sends:
    """One case: sends to so many conversations, with so many in flight."""

    def __init__(self, conversations, connections, in_flight, keys="random"):
        self.past = Past(conversations)
        self.shape, self.keys = shape(connections, in_flight), keys
        self.name = f"send-{connections}x{in_flight}-{conversations}"
        self.title = (f"durable sends, {connections}x{in_flight}, to {conversations:,} "
                      f"conversation{'s' if conversations > 1 else ''}")
        if keys == "time":
            self.name, self.title = self.name + "-time", self.title + ", keys by time"
        self.unit = "sends"

    def ours(self, server, options, processor=SERVER_PROCESSOR, arguments=()):
        """On a fresh copy each time: what earlier runs stored must not slow down later ones."""
        server.start(self.past.copy("wardline"), processor=processor)
        try:
            return load(server, ["--lists", str(self.past.lists), "--keys", self.keys, *self.shape,
                                 *arguments], options)
        finally:
            server.stop()


def recording(past, server, keys="random"):
    """The statements of sends to so many conversations, as the server runs them."""
    to = past.recording(keys)
    if to.exists():
        return to
    note(f"  recording the statements of sends to {past.conversations:,} conversations")
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_suffix(".partial")
    environment = {**os.environ, "RECORD_DATABASE": ".sqlite", "RECORD_TO": str(partial),
                   "LD_PRELOAD": str(PEERS / "sqlite-recorder.so")}
    server.start(past.copy("recorded"), environment)
    try:
        run([str(LOAD), "--dialect", "chat", "--lists", str(past.lists), *shape(1, 256),
             "--keys", keys, "--seconds", str(RECORDED_SECONDS), server.address], RECORDED_SECONDS)
    finally:
        server.stop(signal.SIGTERM)
    partial.rename(to)
    return to


def raw(past, server, arguments=(), keys="random", with_index=False):
    """The same statements, in C, without the server; with those of the full-text index, too."""
    statements, folder = recording(past, server, keys), past.copy("raw")
    if with_index:
        arguments = [*arguments, "--index", str(folder / INDEX)]
    return replay(statements, folder / DATABASE, list(arguments), SERVER_PROCESSOR)


def turns(runners, options):
    """Runs everything in turn, several times over; returns the summary of each by name."""
    runs, rows = {name: [] for name in runners}, {}
    for _ in range(options.runs):
        for name in list(runs):
            try:
                runs[name].append(runners[name]())
            except (Failure, subprocess.TimeoutExpired) as failure:
                note(f"  {name}: {failure}")
                rows[name] = {"missing": f"failed: {failure}"}
                del runs[name]
    return {name: rows.get(name) or measure.summary(runs[name]) for name in runners}


def lines(past, server):
    """What each part of a send costs: the same statements, with one table more each time."""
    listed = json.loads(subprocess.run(
        [str(PEERS / "sqlite-replay"), "--list", str(recording(past, server))],
        capture_output=True, text=True, check=True).stdout)
    written = {s["table"] for s in listed["statements"]
               if not s["reads"] and s["table"] and s["runs"] > 10}
    order = [table for table in LINES if table in written]
    order += sorted(written - set(order))
    rows, chosen = {}, []
    for table in order:
        chosen.append(table)
        rows["+ " + table if len(chosen) > 1 else table] = ["--writes-only", "--tables",
                                                            ",".join(chosen)]
    rows["+ reading first"] = []
    runners = {name: (lambda arguments=arguments: raw(past, server, arguments))
               for name, arguments in rows.items()}
    runners["+ the full-text index"] = lambda: raw(past, server, with_index=True)
    return runners


def clean():
    shutil.rmtree(SCRATCH, ignore_errors=True)
