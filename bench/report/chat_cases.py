"""The cases of the chat: what runs in turn in each, and under which names."""

import json
import subprocess

import chat_filled
import chat_sends
import chat_synapse
import measure
from chat_folders import SCRATCH, Past
from chat_sends import CONVERSATIONS, SHAPES, Sends, load, raw, shape, turns
from servers import OURS, PEERS

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
    """`prepare` returns the runners by name, and the reasons of those that are missing."""

    def __init__(self, name, title, unit, prepare, about="", kind="rate"):
        self.name, self.title, self.unit, self.about, self.kind = name, title, unit, about, kind
        self._prepare = prepare

    def measure(self, options):
        runners, missing = self._prepare()
        rows = turns(runners, options)
        rows.update({name: {"missing": why} for name, why in missing.items()})
        return rows


def split(runners):
    """Those who can run, and why the others cannot. Each value is (server, runner)."""
    able = {name: run for name, (server, run) in runners.items() if not server.missing}
    return able, {name: s.missing for name, (s, _) in runners.items() if s.missing}


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

    def prepare():
        sends.past.make(chat_sends.note)
        runners = {"wardline": (ours, lambda: sends.ours(ours, options)),
                   "sqlite": (ours, lambda: raw(sends.past, ours, keys=sends.keys)),
                   "sqlite-index": (ours, lambda: raw(sends.past, ours, keys=sends.keys,
                                                      with_index=True))}
        return split(runners)
    return Case(sends.name, sends.title, sends.unit, prepare)


def beside_logs(servers, options):
    sends, ours = Sends(1_000, 1, 256), servers["wardline"]

    def prepare():
        sends.past.make(chat_sends.note)
        return split({
            "wardline": (ours, lambda: sends.ours(ours, options)),
            "wardline-unpinned": (ours, lambda: sends.ours(ours, options, processor=None)),
            "jetstream": peer(servers["jetstream"], options, shape(1, 256)),
            "postgresql": peer(servers["postgresql"], options,
                               ["--connections", "4", "--rows", "64"], postgresql)})
    return Case("send-logs", "durable sends, 256 in flight, beside other logs", "sends", prepare)


def beside_synapse(clients, servers, options):
    """Each client waits for its answer before it sends again."""
    sends, ours = Sends(1_000, clients, 1), servers["wardline"]

    def prepare():
        sends.past.make(chat_sends.note)
        return split({"wardline": (ours, lambda: sends.ours(ours, options)),
                      "synapse": peer(servers["synapse"], options, ["--clients", str(clients)],
                                      chat_synapse.load)})
    plural = "client" if clients == 1 else "clients"
    return Case(f"send-synapse-{clients}", f"durable sends, {clients} {plural} one at a time each, "
                "beside Matrix Synapse", "sends", prepare)


def beside_redis(servers, options):
    sends, ours = Sends(1_000, 50, 16), servers["wardline"]

    def prepare():
        sends.past.make(chat_sends.note)
        return split({"wardline": (ours, lambda: sends.ours(ours, options)),
                      "redis": peer(servers["redis"], options, shape(50, 16))})
    return Case("send-redis", "durable sends, 50x16, beside Redis Streams", "sends", prepare)


def one_at_a_time(servers, options):
    sends, ours = Sends(1_000, 1, 1), servers["wardline"]

    def disk(*arguments):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        return chat_sends.run([str(PEERS / "disk-sync"), *arguments, "--seconds",
                               str(options.seconds), str(SCRATCH)], options.seconds, 0)

    def prepare():
        sends.past.make(chat_sends.note)
        return split({"wardline": (ours, lambda: sends.ours(ours, options)),
                      "overwrite": (ours, disk), "append": (ours, lambda: disk("--append"))})
    return Case("send-one", "one durable send at a time, beside the disk", "sends", prepare)


def push(servers, options):
    many, one, ours = Sends(1, 1, 64), Sends(1, 1, 1), servers["wardline"]

    def ways(sends):
        return lambda: sends.ours(ours, options, arguments=["--mode", "push"])

    def prepare():
        many.past.make(chat_sends.note)
        return split({"wardline": (ours, ways(many)), "wardline-one": (ours, ways(one)),
                      "synapse-sync": peer(servers["synapse"], options, ["--sync"],
                                           chat_synapse.load)})
    return Case("push", "from a send to its push at the subscriber, 64 in flight", "pushes", prepare)


def costs(count, servers, options):
    past, ours = Past(count), servers["wardline"]

    def prepare():
        past.make(chat_sends.note)
        if ours.missing:
            return {}, {"sqlite": ours.missing}
        return chat_sends.lines(past, ours), {}
    return Case(f"costs-{count}", f"what each part of a send costs, {count:,} conversations",
                "sends", prepare, kind="costs",
                about="The statements of the server in C, each line with those above it.")


def filled_cases(servers, options):
    ours = servers["wardline"]
    filled = chat_filled.Filled(ours)

    def runners(found):
        def prepare():
            if ours.missing:
                return {}, {name: ours.missing for name in found}
            filled.prepare()
            return found, {}
        return prepare
    for name, title, unit, found in chat_filled.cases(filled, options):
        yield Case(name, title, unit, runners(found))


class SlowReaders(Case):
    """A program of its own, which measures before and while some do not read."""

    def __init__(self, servers):
        super().__init__("slow-readers", "1,000 subscribers, of whom 10 stop reading", "pushes", None,
                         "20 messages a second to each; p50 and p99 of those who read.")
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
        yield costs(count, servers, options)
    yield SlowReaders(servers)
    yield from filled_cases(servers, options)
