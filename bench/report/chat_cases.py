"""The cases of the chat: what runs in turn in each, and under which names."""

import json
import subprocess

import chat_filled
import chat_sends
import chat_synapse
import measure
from chat_folders import SCRATCH, Past
from chat_sends import CONVERSATIONS, SHAPES, Sends, load, raw, shape, turns
from servers import OURS, PEERS, Failure

# As long as the ten do not read, when all is measured.
SLOW_SECONDS = 60

TITLES = {
    "wardline": "Wardline",
    "wardline-unpinned": "Wardline, on both processors",
    "wardline-one": "Wardline, one in flight",
    "wardline-relaxed": "Wardline, reads answered before their audit records",
    "sqlite-history": "a prepared statement in C on the same file",
    "stopped": "Wardline, after it was stopped",
    "killed": "Wardline, after kill -9 while it was sent to",
    "sqlite": "its statements in C, batches of 256",
    "sqlite-index": "the same, and those of its full-text index",
    "jetstream": "NATS JetStream, sync_interval: always",
    "redis": "Redis Streams, appendfsync always",
    "postgresql": "PostgreSQL, 4 connections, rows in batches of 64",
    "synapse": "Matrix Synapse with PostgreSQL",
    "synapse-sync": "Matrix Synapse with PostgreSQL, to /sync",
    "all-read": "while all read",
    "some-stopped": "while 10 do not",
    "overwrite": "pwrite and fdatasync of a page there already",
    "append": "pwrite and fdatasync of a page at the end",
}


class Case:
    """`runners` returns who takes part, by name: a server, whose reason to be missing counts, and what
    runs it once. It is asked when `prepare` is done."""

    def __init__(self, name, title, unit, prepare, runners, about="", kind="rate"):
        self.name, self.title, self.unit, self.about, self.kind = name, title, unit, about, kind
        self._prepare, self._runners = prepare, runners

    def measure(self, options):
        try:
            self._prepare()
            everybody = self._runners()
        except (Failure, subprocess.SubprocessError) as failure:
            return {"wardline": {"missing": f"failed: {failure}"}}
        able = {name: run for name, (server, run) in everybody.items() if not server.missing}
        rows = turns(able, options)
        return {name: rows.get(name) or {"missing": server.missing}
                for name, (server, _) in everybody.items()}


def sends_case(sends, runners, name=None, title=None, unit=None):
    return Case(name or sends.name, title or sends.title, unit or sends.unit,
                lambda: sends.past.make(chat_sends.note), runners)


def peer(server, options, arguments, command=load):
    """A runner for a server that goes on between its runs."""
    def run():
        if not server.process or server.process.poll() is not None:
            server.start()
        return command(server, arguments, options)
    return server, run


def postgresql(server, arguments, options):
    return chat_sends.run(
        [str(PEERS / "postgresql-load"), *arguments, "--payload", str(chat_sends.PAYLOAD_BYTES),
         "--seconds", str(options.seconds), "--warm-up", str(options.warm_up),
         "--server", str(server.process.pid), server.address], options.seconds)


def beside_sqlite(sends, servers, options):
    ours = servers["wardline"]
    return sends_case(sends, lambda: {
        "wardline": (ours, lambda: sends.ours(ours, options)),
        "sqlite": (ours, lambda: raw(sends.past, ours, keys=sends.keys)),
        "sqlite-index": (ours, lambda: raw(sends.past, ours, keys=sends.keys, with_index=True))})


def beside_logs(servers, options):
    sends, ours = Sends(1_000, 1, 256), servers["wardline"]
    return sends_case(sends, lambda: {
        "wardline": (ours, lambda: sends.ours(ours, options)),
        "wardline-unpinned": (ours, lambda: sends.ours(ours, options, processor=None)),
        "jetstream": peer(servers["jetstream"], options, shape(1, 256)),
        "postgresql": peer(servers["postgresql"], options, ["--connections", "4", "--rows", "64"],
                           postgresql),
    }, "send-logs", "durable sends, 256 in flight, beside other logs")


def beside_redis(servers, options):
    sends, ours = Sends(1_000, 50, 16), servers["wardline"]
    return sends_case(sends, lambda: {
        "wardline": (ours, lambda: sends.ours(ours, options)),
        "redis": peer(servers["redis"], options, shape(50, 16)),
    }, "send-redis", "durable sends, 50x16, beside Redis Streams")


def beside_synapse(clients, servers, options):
    """Each client waits for its answer before it sends again."""
    sends, ours = Sends(1_000, clients, 1), servers["wardline"]
    plural = "client" if clients == 1 else "clients"
    return sends_case(sends, lambda: {
        "wardline": (ours, lambda: sends.ours(ours, options)),
        "synapse": peer(servers["synapse"], options, ["--clients", str(clients)],
                        chat_synapse.load),
    }, f"send-synapse-{clients}", f"durable sends, {clients} {plural} one at a time each, "
        "beside Matrix Synapse")


def one_at_a_time(servers, options):
    sends, ours = Sends(1_000, 1, 1), servers["wardline"]

    def disk(*arguments):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        return chat_sends.run([str(PEERS / "disk-sync"), *arguments, "--seconds",
                               str(options.seconds), str(SCRATCH)], options.seconds, 0)
    return sends_case(sends, lambda: {
        "wardline": (ours, lambda: sends.ours(ours, options)),
        "overwrite": (ours, disk), "append": (ours, lambda: disk("--append")),
    }, "send-one", "one durable send at a time, beside the disk")


def push(servers, options):
    many, one, ours = Sends(1, 1, 64), Sends(1, 1, 1), servers["wardline"]

    def ways(sends):
        return lambda: sends.ours(ours, options, arguments=["--mode", "push"])
    return sends_case(many, lambda: {
        "wardline": (ours, ways(many)), "wardline-one": (ours, ways(one)),
        "synapse-sync": peer(servers["synapse"], options, ["--sync"], chat_synapse.load),
    }, "push", "from a send to its push at the subscriber, 64 in flight", "pushes")


def costs(count, servers):
    past, ours = Past(count), servers["wardline"]
    return Case(f"costs-{count}", f"what each part of a send costs, {count:,} conversations",
                "sends", lambda: past.make(chat_sends.note),
                lambda: {name: (ours, run) for name, run in chat_sends.lines(past, ours).items()},
                "The statements of the server in C, each line with those above it.", "costs")


def filled_cases(servers, options):
    filled = chat_filled.Filled(servers["wardline"])

    def everybody(found):
        return lambda: {name: (filled.server, run) for name, run in found.items()}
    for name, title, unit, found in chat_filled.cases(filled, options):
        yield Case(name, title, unit, filled.prepare, everybody(found))


class SlowReaders(Case):
    """A program of its own, which measures before and while some do not read."""

    def __init__(self, servers):
        super().__init__("slow-readers", "1,000 subscribers, of whom 10 stop reading", "pushes",
                         None, None, "20 messages a second to each; p50 and p99 of those who read.")
        self.server = servers["wardline"]

    def measure(self, options):
        names = ("all-read", "some-stopped")
        if self.server.missing:
            return {name: {"missing": self.server.missing} for name in names}
        seconds = SLOW_SECONDS if options.runs >= 5 else SLOW_SECONDS // 6
        done = subprocess.run(
            [str(OURS), "slow-readers", "--json", "--seconds", str(seconds)], capture_output=True,
            text=True, timeout=120 + 4 * seconds)
        if done.returncode != 0:
            why = (done.stderr.strip() or "?").splitlines()[-1]
            return {name: {"missing": f"failed: {why}"} for name in names}
        found = json.loads(done.stdout)
        figures = [{**found[part], "rate": 20.0 * count, "client_busy": 0, "bytes": found["bytes"]}
                   for part, count in (("baseline", 1000), ("disturbed", 990))]
        return {name: measure.summary([run]) for name, run in zip(names, figures)}


def all_cases(servers, options):
    for count in CONVERSATIONS:
        for connections, in_flight in SHAPES:
            yield beside_sqlite(Sends(count, connections, in_flight), servers, options)
    yield beside_sqlite(Sends(100_000, 1, 256, "time"), servers, options)
    yield beside_logs(servers, options)
    yield beside_redis(servers, options)
    for clients in (1, 16):
        yield beside_synapse(clients, servers, options)
    yield one_at_a_time(servers, options)
    yield push(servers, options)
    for count in (1_000, 100_000):
        yield costs(count, servers)
    yield SlowReaders(servers)
    yield from filled_cases(servers, options)
