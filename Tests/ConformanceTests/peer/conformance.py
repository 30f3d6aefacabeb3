"""Cases, what they expect, and the server that they are run against."""

from __future__ import annotations

import os
import time
from typing import Callable, NamedTuple, Optional

import wardline_calls as chat
from ttrpc_client import DATA, RESPONSE, Closed, Connection, ProtocolError, Status, TimedOut
from ttrpc_client import decode_response

CODES = {
    0: "OK", 1: "CANCELLED", 2: "UNKNOWN", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED",
    5: "NOT_FOUND", 6: "ALREADY_EXISTS", 7: "PERMISSION_DENIED", 8: "RESOURCE_EXHAUSTED",
    9: "FAILED_PRECONDITION", 10: "ABORTED", 11: "OUT_OF_RANGE", 12: "UNIMPLEMENTED",
    13: "INTERNAL", 14: "UNAVAILABLE", 15: "DATA_LOSS", 16: "UNAUTHENTICATED",
}


class Mismatch(Exception):
    def __init__(self, expected: str, seen: str):
        super().__init__("expected %s, saw %s" % (expected, seen))


class Skipped(Exception):
    """The case cannot be run here; the text says why."""


class Case(NamedTuple):
    name: str
    run: Callable[["Server"], Optional[str]]


CASES: list[Case] = []


def case(name: str):
    """Registers a function as a case. It returns what it saw, or raises Mismatch."""

    def register(run):
        CASES.append(Case(name, run))
        return run

    return register


class Memory:
    """The most resident memory that the server had since the measurement began."""

    def __init__(self, pid: Optional[int]):
        self.pid = pid
        self.before = self._read("VmRSS")
        if pid:
            try:
                with open("/proc/%d/clear_refs" % pid, "w") as file:
                    file.write("5")  # Starts the peak anew.
            except OSError:
                pass

    def _read(self, name: str) -> int:
        if not self.pid:
            return 0
        with open("/proc/%d/status" % self.pid) as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) * 1024
        raise Mismatch("a running server", "no %s in /proc" % name)

    def expect_growth_below(self, bytes_max: int) -> str:
        if not self.pid:
            return "memory not measured"
        growth = self._read("VmHWM") - self.before
        seen = "%.1f MiB more memory at the peak" % (growth / (1 << 20))
        if growth > bytes_max:
            raise Mismatch("at most %.0f MiB more memory" % (bytes_max / (1 << 20)), seen)
        return seen


class Server:
    """The server under test."""

    def __init__(self, host, port, token, recipient, pid=None, frame_timeout=10.0):
        self.host, self.port, self.recipient, self.pid = host, port, recipient, pid
        self.token = token
        self.frame_timeout = frame_timeout

    def connect(self, timeout: float = 10.0, receive_buffer: int = 0) -> Connection:
        metadata = chat.bearer(self.token)
        return Connection(self.host, self.port, metadata, timeout, receive_buffer)

    def connect_anonymously(self) -> Connection:
        return Connection(self.host, self.port)

    def memory(self) -> Memory:
        if self.pid and not os.path.exists("/proc/%d/status" % self.pid):
            return Memory(None)
        return Memory(self.pid)

    def send(self, connection: Connection, content, key: str = "", **options) -> Status:
        payload = chat.send_request(content, recipient=self.recipient, key=key)
        return connection.call(chat.MESSAGES, "Send", payload, **options)


def describe(status: Status) -> str:
    return "%s (%s)" % (CODES.get(status.code, status.code), status.message[:120])


def expect_code(status: Status, *codes: int, naming=()) -> str:
    """The status has one of the codes, and its message holds every text of `naming`."""
    expected = " or ".join(CODES[code] for code in codes)
    if status.code not in codes:
        raise Mismatch(expected, describe(status))
    for text in naming:
        if text not in status.message:
            raise Mismatch("%s naming %s" % (expected, text), describe(status))
    return describe(status)


def expect_usable(connection: Connection, besides=()) -> str:
    """An ordinary call on the same connection gets its answer, and nothing else came first.

    Messages of the streams `besides` may come between.
    """
    stream = connection.start(chat.SESSION, "WhoAmI")
    try:
        received = connection.receive()
        while received.stream in besides and received.type == DATA:
            received = connection.receive()
    except (Closed, TimedOut) as error:
        raise Mismatch("the connection to stay usable", "%s: %s" % (type(error).__name__, error))
    if received.stream != stream or received.type != RESPONSE:
        raise Mismatch(
            "no answer before the next call's",
            "a frame of type %d on stream %d" % (received.type, received.stream),
        )
    status = decode_response(received.data)
    if not status.is_ok:
        raise Mismatch("the next call to succeed", describe(status))
    return "connection stays"


def expect_closed(connection: Connection, within: float) -> str:
    start = time.monotonic()
    try:
        connection.wait_until_closed(within)
    except TimedOut as error:
        raise Mismatch("the server to close within %.0f s" % within, "still open") from error
    return "closed after %.1f s" % (time.monotonic() - start)


def expect_first_message(connection: Connection, stream: int) -> chat.Pushed:
    """The first message of a subscription: it comes at once and carries a cursor."""
    message = connection.receive_message(stream, 5)
    if isinstance(message, Status):
        raise Mismatch("the first message of the subscription", describe(message))
    if message is None:
        raise Mismatch("the first message of the subscription", "the end of the stream")
    pushed = chat.pushed(message)
    if not pushed.cursor:
        raise Mismatch("a cursor in the first message", "none")
    return pushed


def receive_end(connection: Connection, stream: int) -> Status:
    """The status that ends a stream, after whatever messages come before it."""
    while True:
        message = connection.receive_message(stream)
        if isinstance(message, Status):
            return message
        if message is None:
            raise Mismatch("a stream that ends with a status", "a good end")


def run(cases: list[Case], server: Server, out) -> int:
    """Runs every case on its own and prints a line for each; returns how many failed."""
    failed = 0
    for case in cases:
        start = time.monotonic()
        try:
            verdict, seen = "PASS", case.run(server) or "as expected"
        except Skipped as reason:
            verdict, seen = "SKIP", str(reason)
        except Mismatch as mismatch:
            verdict, seen = "FAIL", str(mismatch)
        except (Closed, TimedOut, ProtocolError, OSError, ValueError, RuntimeError) as error:
            verdict, seen = "FAIL", "%s: %s" % (type(error).__name__, error)
        failed += verdict == "FAIL"
        out.write("%s %s: %s [%.1f s]\n" % (verdict, case.name, seen, time.monotonic() - start))
        out.flush()
    return failed
