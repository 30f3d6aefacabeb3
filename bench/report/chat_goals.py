"""The goals of the chat, and whether they are met."""

from goals import Goal, median


class Bound:
    """A figure of ours that has a bound of its own, in units of `scale`."""

    def __init__(self, title, case, bound, figure, scale=1.0, server="wardline"):
        self.title, self.case, self.bound = title, case, bound
        self.figure, self.scale, self.server = figure, scale, server

    def judge(self, results):
        row = {"goal": self.title, "bound": self.bound, "at_most": True}
        value = median(results, self.case, self.server, self.figure)
        if value is None:
            why = results.get(self.case, {}).get(self.server, {}).get("missing", "not in this run")
            return {**row, "ratio": None, "verdict": "not measured", "why": why}
        value /= self.scale
        return {**row, "ratio": value, "verdict": "met" if value <= self.bound else "NOT met"}


class Beyond(Bound):
    """The same for what a figure has beyond that of another call, an echo."""

    def __init__(self, title, case, bound, server, echo):
        super().__init__(title, case, bound, "p50", 1e3, server)
        self.echo = echo

    def judge(self, results):
        row = super().judge(results)
        echo = median(results, self.case, self.echo, "p50")
        if row["ratio"] is None or echo is None:
            return row
        value = row["ratio"] - echo / 1e3
        return {**row, "ratio": value, "verdict": "met" if value <= self.bound else "NOT met"}


def goals():
    ours = "wardline"
    for count in ("1", "1000", "100000"):
        for size in ("1x256", "8x32"):
            case = f"send-{size}-{count}"
            yield Goal(f"durable sends, {size}, {int(count):,} conversations / its statements in C",
                       (case, ours), (case, ["sqlite"]), 0.5)
    case = "send-logs"
    yield Goal("durable sends / JetStream, sync always", (case, ours), (case, ["jetstream"]), 3)
    yield Goal("durable sends, 50x16 / Redis Streams, fsync always", ("send-redis", ours),
               ("send-redis", ["redis"]), 0.3)
    yield Goal("durable sends / PostgreSQL, batches of 64", (case, ours), (case, ["postgresql"]), 1)
    for clients in ("1", "16"):
        case = f"send-synapse-{clients}"
        yield Goal(f"durable sends / Matrix Synapse, clients: {clients}", ("send-logs", ours),
                   (case, ["synapse"]), 300)
    for kind in ("overwrite", "append"):
        yield Goal(f"one send at a time, p50 / fdatasync ({kind})", ("send-one", ours),
                   ("send-one", [kind]), 2.5, "p50", at_most=True)
    yield Bound("send to push, 64 in flight, p50, ms", "push", 1, "p50", 1e3)
    yield Bound("send to push, 64 in flight, p99, ms", "push", 5, "p99", 1e3)
    for server, how in (("wardline", "audit durable first"), ("wardline-relaxed", "audit after it")):
        yield Goal(f"history page of 50, {how} / a prepared statement in C", ("history", server),
                   ("history", ["sqlite-history"]), 0.4)
    for work, what in (("unread", "unread total over 1,000 conversations"),
                       ("conversations", "conversation list page of 50")):
        yield Beyond(f"{what}, p50 less an echo, ms", "reads", 1, work, "who-am-i")
        yield Beyond(f"{what}, audit after the answer, p50 less an echo, ms", "reads", 1,
                     work + "-relaxed", "who-am-i-relaxed")
    yield Bound("full-text search, 3 words, p99, ms", "search", 50, "p99", 1e3)
    yield Bound("index behind the sends, most, s", "lag", 1, "max", 1e6)
    for how in ("stopped", "killed"):
        yield Bound(f"restart with 1.2 million messages, {how} before, s", "restart", 1, "p50", 1e6,
                    how)
    yield Bound("memory with 1,000 subscribers and 1.2 million messages, MiB", "memory", 150,
                "resident_mib")
    yield Goal("p99 of 990 subscribers while 10 do not read / while all do",
               ("slow-readers", "some-stopped"), ("slow-readers", ["all-read"]), 1.2, "p99",
               at_most=True)
    yield Bound("memory of a subscriber that does not read, KiB", "slow-readers", 64, "bytes", 1024,
                "some-stopped")
