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
