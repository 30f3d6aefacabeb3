"""The goals, as ratios of medians of one run, and whether they are met."""

BEST_GRPC_CPP = ("grpc-cpp-callback", "grpc-cpp-async")


class Goal:
    """`work` (case, server) beside `peer` (case, servers: the best of them), at least or at most
    `bound` times as much of `figure`."""

    def __init__(self, title, work, peer, bound, figure="rate", at_most=False):
        self.title, self.work, self.peer = title, work, peer
        self.bound, self.figure, self.at_most = bound, figure, at_most

    def judge(self, results):
        ours = median(results, *self.work, self.figure)
        case, servers = self.peer
        theirs = {server: median(results, case, server, self.figure) for server in servers}
        theirs = {server: value for server, value in theirs.items() if value}
        row = {"goal": self.title, "bound": self.bound, "at_most": self.at_most}
        if ours is None or not theirs:
            return {**row, "ratio": None, "verdict": "not measured",
                    "why": self._why(results, ours is None)}
        best = (min if self.at_most else max)(theirs, key=theirs.get)
        ratio = ours / theirs[best]
        met = ratio <= self.bound if self.at_most else ratio >= self.bound
        return {**row, "ratio": ratio, "verdict": "met" if met else "NOT met", "beside": best,
                "processor_ratio": self._processor_ratio(results, best)}

    def _processor_ratio(self, results, best):
        """The same by processor time of the servers, which a busy machine changes less."""
        ours = median(results, *self.work, "server_us")
        theirs = median(results, self.peer[0], best, "server_us")
        return theirs / ours if self.figure == "rate" and ours and theirs else None

    def _why(self, results, is_ours):
        case, servers = (self.work[0], [self.work[1]]) if is_ours else self.peer
        reasons = [results.get(case, {}).get(s, {}).get("missing", "not in this run")
                   for s in servers]
        return "; ".join(sorted(set(reasons)))


def median(results, case, server, figure):
    return results.get(case, {}).get(server, {}).get("median", {}).get(figure)


def goals():
    wardline = "wardline"
    for size in ("1x64", "8x64"):
        case = f"echo-{size}"
        yield Goal(f"unary echo, inline, {size} / C", (case, wardline), (case, ["c"]), 0.6)
    case = "echo-1x64"
    yield Goal("unary echo, inline, 1x64 / Go ttrpc", (case, wardline), (case, ["go"]), 10)
    yield Goal("unary echo, inline, 1x64 / gRPC C++", (case, wardline), (case, BEST_GRPC_CPP), 18)
    yield Goal("unary echo, inline, 1x64 / NATS", (case, wardline), (case, ["nats"]), 2)
    case = "echo-64x16"
    yield Goal("unary echo, inline, 64x16 / Redis ECHO", (case, wardline), (case, ["redis"]), 0.8)
    for size in ("1x64", "8x64"):
        yield Goal(f"deferred / inline, {size}", (f"echo-{size}", "wardline-deferred"),
                   (f"echo-{size}", [wardline]), 0.85)
    for method, bound, what in (("async", 0.4, "not suspending"),
                                ("suspending", 0.25, "suspending once")):
        yield Goal(f"async handler, {what}, 1x64 / C", ("echo-1x64", f"wardline-{method}"),
                   ("echo-1x64", ["c"]), bound)
    yield Goal("1x1, median latency / C", ("echo-1x1", wardline), ("echo-1x1", ["c"]), 1.2,
               "p50", at_most=True)
    grpc = "wardline-grpc"
    case = "echo-8x64"
    yield Goal("gRPC, unary echo, inline, 8x64 / gRPC C++, callback", (case, grpc),
               (case, ["grpc-cpp-callback"]), 0.7)
    yield Goal("gRPC, unary echo, inline, 8x64 / grpc-swift-2", (case, grpc),
               (case, ["grpc-swift"]), 5)
    for count in (1, 100):
        case = f"stream-{count}"
        yield Goal(f"gRPC, server stream, {count} at a time / gRPC C++", (case, grpc),
                   (case, BEST_GRPC_CPP), 1)
    for count in (1, 100):
        case = f"stream-{count}"
        title = f"server stream, {count} at a time"
        yield Goal(f"{title} / gRPC C++", (case, wardline), (case, BEST_GRPC_CPP), 12)
        yield Goal(f"{title} / Go ttrpc", (case, wardline), (case, ["go"]), 12)
        yield Goal(f"{title} / C", (case, wardline), (case, ["c"]), 0.4)
    for in_flight in (1, 64):
        case = f"fan-out-100-{in_flight}"
        yield Goal(f"fan-out to 100, {in_flight} in flight / C", (case, wardline), (case, ["c"]),
                   0.8)
    case = "fan-out-100-64"
    yield Goal("fan-out to 100, 64 in flight / NATS", (case, wardline), (case, ["nats"]), 2.5)
    yield Goal("fan-out to 100, 64 in flight / Redis", (case, wardline), (case, ["redis"]), 1.8)
    yield Goal("TLS 1.3 / plain, 8x64", ("echo-8x64", "wardline-tls"), ("echo-8x64", [wardline]),
               0.6)
    yield Goal("p99 of others beside slow connections / alone", ("beside-slow", wardline),
               ("beside-none", [wardline]), 1.2, "p99", at_most=True)


MEMORY_GOALS = [
    ("memory of an idle connection, plain", "wardline", "connection_bytes", 16 << 10),
    ("memory of an idle connection, TLS", "wardline-tls", "connection_bytes", 64 << 10),
]
STOPPED_GOALS = [
    (f"growth beside a stopped reader of a stream, {name}", server, "stopped_reader_bytes", 2 << 20)
    for name, server in (("ttrpc", "wardline"), ("gRPC", "wardline-grpc"))
]


def judge_memory(memory, title, server, figure, bound):
    row = {"goal": f"{title}, bytes", "bound": bound, "at_most": True}
    figures = memory.get(server, {})
    if figure not in figures:
        return {**row, "ratio": None, "verdict": "not measured",
                "why": figures.get("missing", "not in this run")}
    value = figures[figure]
    return {**row, "ratio": value, "verdict": "met" if value <= bound else "NOT met"}
