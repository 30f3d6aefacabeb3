"""What is measured: each case is one command of the load generator for each server in it."""

ECHO_SHAPES = [(1, 1), (1, 64), (8, 64), (64, 16)]
GRPC_CPP = ["grpc-cpp-callback", "grpc-cpp-async"]
ECHO_SERVERS = ["wardline", "wardline-deferred", "wardline-async", "wardline-suspending",
                "wardline-tls", "wardline-grpc", "c", "bare", "go", *GRPC_CPP, "grpc-swift", "grpcio", "nats", "redis"]
STREAM_SERVERS = ["wardline", "wardline-grpc", "c", "go", *GRPC_CPP, "grpc-swift", "grpcio"]
FAN_OUT_SERVERS = ["wardline", "c", "nats", "redis"]
CURVE_SERVERS = ["wardline", "c", "go", *GRPC_CPP, "nats", "redis"]

CHUNK_BYTES = 64 << 10
BULK_BYTES = 64 << 20

RATES = [1_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000]
CONNECTION_COUNTS = [1, 2, 4, 8, 16, 32, 64, 128]

# Who cannot take part, and why that is nobody's fault here.
ABSENT = {
    ("go", "stream"): "Debian's ttrpc 1.1.1 has no streams",
}


class Case:
    def __init__(self, name, title, unit, servers, arguments, kind="echo"):
        self.name, self.title, self.unit, self.kind = name, title, unit, kind
        self.servers, self.arguments = servers, arguments

    def absent(self, server):
        return ABSENT.get((server, self.kind))


def shape(connections, in_flight):
    return ["--connections", str(connections), "--in-flight", str(in_flight)]


def echoes():
    for connections, in_flight in ECHO_SHAPES:
        size = f"{connections}x{in_flight}"
        yield Case(f"echo-{size}", f"unary echo, 128 bytes, {size}", "calls", ECHO_SERVERS,
                   shape(connections, in_flight))


def streams():
    for count in (1, 100):
        plural = "stream" if count == 1 else "streams"
        yield Case(f"stream-{count}", f"server stream, 128 bytes, {count} {plural}", "messages",
                   STREAM_SERVERS, ["--mode", "streams", "--streams", str(count)], kind="stream")


def fan_outs():
    for subscribers in (100, 1000):
        for in_flight in (1, 64):
            yield Case(f"fan-out-{subscribers}-{in_flight}",
                       f"fan-out to {subscribers}, {in_flight} in flight", "deliveries",
                       FAN_OUT_SERVERS,
                       ["--mode", "fan-out", "--subscribers", str(subscribers),
                        "--in-flight", str(in_flight)], kind="fan-out")


def bulk():
    size = ["--payload", str(CHUNK_BYTES), "--messages", str(BULK_BYTES // CHUNK_BYTES)]
    yield Case("download", "download of 64 MiB in chunks of 64 KiB", "chunks",
               ["wardline", "wardline-grpc", "c", *GRPC_CPP], ["--mode", "streams"] + size, kind="bulk")
    yield Case("upload", "upload of 64 MiB in chunks of 64 KiB", "chunks", ["wardline", "c"],
               ["--mode", "upload"] + size, kind="bulk")


def connections():
    yield Case("connect", "a connection with one call on it, 8 at a time", "connections",
               ["wardline", "c"], ["--mode", "connect", "--connections", "8"], kind="connect")


def curves():
    for rate in RATES:
        yield Case(f"rate-{rate}", f"unary echo, 8 connections, {rate:,} calls/s asked for",
                   "calls", CURVE_SERVERS,
                   shape(8, 1) + ["--rate", str(rate)], kind="rate")
    for count in CONNECTION_COUNTS:
        yield Case(f"connections-{count}", f"unary echo, {count} connections, 16 in flight each",
                   "calls", CURVE_SERVERS, shape(count, 16), kind="connections")


def all_cases(with_curves):
    groups = [echoes(), streams(), fan_outs(), bulk(), connections()]
    if with_curves:
        groups.append(curves())
    return [case for group in groups for case in group]
