"""What reads, searches, a restart and the memory take when there are a million messages."""

import signal
import socket
import struct
import subprocess
import time

import chat_sends
from chat_folders import DATABASE, Past
from chat_servers import note
from servers import LOAD_PROCESSOR, PEERS, SERVER_PROCESSOR, Failure, pinned

# One conversation of a million, 1,000 of the measured user's, 100,000 in all.
PAST = Past(100_000, own=1_000, large=1_000_000, spread=200_000)
SUBSCRIBERS = 1_000
FRAME_REQUEST = 1


class Filled:
    """The server on a copy of the filled folder, which it keeps from case to case."""

    def __init__(self, server):
        self.server, self.folder = server, None

    def prepare(self):
        PAST.make(note)
        self.folder = self.folder or PAST.copy("filled")

    def serve(self, *arguments):
        """Runs it with these arguments, unless it does so already."""
        if not self.server.process or self.server.arguments != list(arguments):
            self.server.stop()
            self.server.start(self.folder, arguments=arguments)

    def work(self, name, shape, options, relaxed=False):
        self.serve(*(["--relaxed-reads"] if relaxed else []))
        return chat_sends.load(self.server, [
            "--lists", str(PAST.lists), "--work", name, "--messages", str(PAST.large), *shape],
            options)

    def raw_history(self, options):
        first = (PAST.lists / "conversations").read_text().split("\n", 1)[0]
        return chat_sends.run(
            [str(PEERS / "sqlite-history"), "--messages", str(PAST.large), "--conversation", first,
             "--seconds", str(options.seconds), "--warm-up", str(options.warm_up),
             str(self.folder / DATABASE)], options.seconds, SERVER_PROCESSOR)

    def lag(self, options):
        self.serve()
        return chat_sends.load(self.server, [
            "--mode", "lag", "--lists", str(PAST.lists), "--in-flight", "256"], options)

    def restart(self, stop_by, options):
        """Seconds from the start of the process to its first answer."""
        if stop_by == signal.SIGKILL:
            self.work("send", chat_sends.shape(1, 256), options)
        self.serve()
        self.server.stop(stop_by)
        began = time.monotonic()
        self.server.start(self.folder)
        check_health(self.server.address)
        elapsed = time.monotonic() - began
        return {"rate": 1 / elapsed, "count": 1, "client_busy": 0, "p50": elapsed * 1e6}

    def memory(self, options):
        """Resident bytes after reads, with subscribers who get messages."""
        self.server.stop()
        self.server.start(self.folder)
        self.work("history", chat_sends.shape(1, 8), options)
        self.work("search", chat_sends.shape(1, 1), options)
        alone = self.server.resident_bytes()
        held = subprocess.Popen(
            pinned([str(PEERS / "load"), "--mode", "subscribers", "--dialect", "chat",
                    "--subscribers", str(SUBSCRIBERS - 1), "--subscriber", "dietitian",
                    self.server.address], LOAD_PROCESSOR),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            if not held.stdout.readline():
                raise Failure(held.stderr.read().strip() or "the subscriptions were not held")
            done = self.work("send", [*chat_sends.shape(8, 8)], options)
            done["resident_mib"] = self.server.resident_bytes() / (1 << 20)
            done["alone_mib"] = alone / (1 << 20)
            return done
        finally:
            held.stdin.close()
            held.wait()


def check_health(address):
    """One call over ttrpc, and its answer."""
    def field(number, text):
        return bytes([number << 3 | 2, len(text)]) + text.encode()
    call = field(1, "grpc.health.v1.Health") + field(2, "Check")
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(struct.pack(">IIBB", len(call), 1, FRAME_REQUEST, 0) + call)
        head = connection.recv(10)
        if len(head) < 10:
            raise Failure("the server did not answer")


def way(filled, name, shape, options, relaxed=False):
    return lambda: filled.work(name, shape, options, relaxed)


def cases(filled, options):
    """Of each case its name, title, unit and runners by name."""
    one, many = chat_sends.shape(1, 1), chat_sends.shape(1, 64)
    yield ("history", "history page of 50, conversation of 1 million, 64 in flight", "pages", {
        "wardline": way(filled, "history", many, options),
        "wardline-relaxed": way(filled, "history", many, options, relaxed=True),
        "sqlite-history": lambda: filled.raw_history(options)})
    yield ("reads", "reads one at a time: 1,000 conversations, 1.2 million messages", "calls", {
        f"{name}{'-relaxed' if relaxed else ''}": way(filled, name, one, options, relaxed)
        for relaxed in (False, True)
        for name in ("health", "who-am-i", "unread", "conversations", "history")})
    yield ("search", "full-text search, three words, one at a time", "searches", {
        "wardline": way(filled, "search", one, options)})
    yield ("lag", "sends, 256 in flight, and how long until they can be found", "sends", {
        "wardline": lambda: filled.lag(options)})
    yield ("restart", "from the start of the process to its first answer", "starts", {
        "stopped": lambda: filled.restart(signal.SIGTERM, options),
        "killed": lambda: filled.restart(signal.SIGKILL, options)})
    yield ("memory", f"sends, 8x8, to some of {SUBSCRIBERS - 1} subscribers", "sends", {
        "wardline": lambda: filled.memory(options)})
