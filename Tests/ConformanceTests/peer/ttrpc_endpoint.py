"""One side of a ttrpc connection with all kinds of call, and the extensions where both agree.

Written from ttrpc's PROTOCOL.md and docs/protocol.md alone, on Python's standard library. What the
other side may not do is not forgiven: it ends the connection, and `violation` says why.
"""

from __future__ import annotations

import collections
import socket
import struct
import sys
import threading
import time
from typing import Optional

import protobuf_wire as wire
from ttrpc_client import (
    CANCELLED, DATA, DATA_LENGTH_MAX, DEADLINE_EXCEEDED, HEADER_LENGTH, NO_DATA, REMOTE_CLOSED,
    UNAVAILABLE, Frame, Status, frame,
)

WINDOW_UPDATE, CANCEL, PING, GO_AWAY = 0x10, 0x11, 0x12, 0x13
ANSWER = 0x01
NEGOTIATION = ("ttrpc.extensions.v1.Connection", "Negotiate")
DEFAULT_WINDOW = 262_144
# So small that most messages of the cases do not fit.
OWN_WINDOW = 16_384
# Bytes that wait for the socket before a sender of messages waits too.
OUTBOUND_MAX = 1 << 20


class Failed(Exception):
    """A call ended with a status that is not OK."""

    def __init__(self, code: int, message: str = ""):
        super().__init__("%d: %s" % (code, message))
        self.status = Status(code, message, b"")


class Violation(Exception):
    """The other side did what the protocol forbids."""


def encode_status(code: int, message: str) -> bytes:
    return wire.varint_field(1, code) + wire.text_field(2, message)


def encode_response(code: int, message: str, payload: bytes) -> bytes:
    """An OK has no status on the wire, as it is the default."""
    status = wire.bytes_field(1, encode_status(code, message)) if code else b""
    return status + (wire.bytes_field(2, payload) if payload else b"")


def connect(address: str) -> socket.socket:
    """Opens a connection to HOST:PORT or unix:PATH."""
    if address.startswith("unix:"):
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(address[5:])
        return connected
    host, _, port = address.rpartition(":")
    connected = socket.create_connection((host.strip("[]"), int(port)), 10)
    connected.settimeout(None)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


class Stream:
    """What one call has received, and how much it may send. Guarded by its endpoint's lock."""

    def __init__(self, endpoint: Endpoint, number: int, windowed: bool):
        self.endpoint, self.number, self.windowed = endpoint, number, windowed
        self.inbox: collections.deque[bytes] = collections.deque()
        # Whether the other side certainly knew our window when it opened the stream.
        self.is_strict = windowed and endpoint.is_agreed
        self.is_remote_closed = False
        self.ending: Optional[Status] = None
        self.deadline: Optional[float] = None
        self.send_credit = endpoint.peer_window
        self.receive_credit = OWN_WINDOW

    def _wait(self, ready, patience: Optional[float] = None) -> None:
        """Waits with the lock held, until ready, or the call's end or deadline."""
        until = time.monotonic() + patience if patience is not None else None
        while not ready():
            if self.ending is not None:
                raise Failed(self.ending.code, self.ending.message)
            limits = [limit for limit in (self.deadline, until) if limit is not None]
            left = min(limits) - time.monotonic() if limits else None
            if left is not None and left <= 0:
                raise Failed(DEADLINE_EXCEEDED, "the deadline has passed")
            self.endpoint.changed.wait(left)

    def sleep(self, seconds: float) -> None:
        """Waits that long, unless the call ends before."""
        with self.endpoint.changed:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                if self.deadline is not None and time.monotonic() >= self.deadline:
                    raise Failed(DEADLINE_EXCEEDED, "the deadline has passed")
                if self.ending is not None:
                    raise Failed(self.ending.code, self.ending.message)
                left = min(until, self.deadline or until) - time.monotonic()
                self.endpoint.changed.wait(max(0.0, left))

    def receive(self, patience: Optional[float] = None) -> Optional[bytes]:
        """The next message; None when the other side has closed. Raises Failed."""
        endpoint = self.endpoint
        with endpoint.changed:
            self._wait(lambda: self.inbox or self.is_remote_closed, patience)
            if not self.inbox:
                return None
            message = self.inbox.popleft()
            if self.windowed and message and not self.is_remote_closed:
                self.receive_credit += len(message)
                endpoint.write(frame(self.number, WINDOW_UPDATE, struct.pack(">I", len(message))))
            return message

    def send(self, message: bytes) -> None:
        """Sends a message once the window and the socket have room. Raises Failed."""
        endpoint = self.endpoint
        with endpoint.changed:
            self._wait(lambda: self._may_send(len(message)) and endpoint.has_room)
            self.send_credit -= len(message)
            endpoint.write(frame(self.number, DATA, message))

    def _may_send(self, size: int) -> bool:
        if not self.windowed:
            return True
        return size <= self.send_credit or self.send_credit >= self.endpoint.peer_window

    def close_send(self) -> None:
        self.endpoint.send_frame(self.number, DATA, b"", REMOTE_CLOSED | NO_DATA)

    def end(self, status: Status) -> None:
        """With the lock held: nothing more comes."""
        if self.ending is None:
            self.ending = status
        self.endpoint.changed.notify_all()

    def data_received(self, received: Frame) -> None:
        """With the lock held."""
        if self.is_remote_closed:
            raise Violation("Data after remote closed on stream %d" % self.number)
        if received.flags & ~(REMOTE_CLOSED | NO_DATA):
            raise Violation("flags %#x on Data" % received.flags)
        if not received.flags & NO_DATA:
            size = len(received.data)
            is_admitted = size <= self.receive_credit or self.receive_credit >= OWN_WINDOW
            if self.is_strict and not is_admitted:
                raise Violation("%d bytes with a credit of %d" % (size, self.receive_credit))
            self.receive_credit -= size
            self.inbox.append(received.data)
        self.is_remote_closed = bool(received.flags & REMOTE_CLOSED)
        self.endpoint.changed.notify_all()


class Endpoint:
    """What client and server share: a thread that reads, one that writes, and the streams."""

    def __init__(self, connection: socket.socket):
        self.socket = connection
        self.changed = threading.Condition(threading.RLock())
        self.streams: dict[int, Stream] = {}
        self.violation = ""
        self.is_extended = False
        self.is_closed = False
        self.peer_window = DEFAULT_WINDOW
        self.pings_received = 0
        self.pongs: list[bytes] = []
        self.last_heard = time.monotonic()
        self._outbound: collections.deque[bytes] = collections.deque()
        self._outbound_size = 0
        self._close_when_written = False
        threading.Thread(target=self._write_loop, daemon=True).start()

    # Writing: whoever holds the lock may queue a frame, so that the reader never waits to write.

    @property
    def has_room(self) -> bool:
        return self._outbound_size < OUTBOUND_MAX or self.is_closed

    def write(self, data: bytes) -> None:
        self._outbound.append(data)
        self._outbound_size += len(data)
        self.changed.notify_all()

    def send_frame(self, stream: int, type: int, data: bytes = b"", flags: int = 0) -> None:
        with self.changed:
            self.write(frame(stream, type, data, flags))

    def _write_loop(self) -> None:
        while True:
            with self.changed:
                while not self._outbound and not self.is_closed and not self._close_when_written:
                    self.changed.wait()
                if self.is_closed or not self._outbound:
                    break
                data = b"".join(self._outbound)
                self._outbound.clear()
            try:
                self.socket.sendall(data)
            except OSError:
                break
            with self.changed:
                self._outbound_size -= len(data)
                self.changed.notify_all()
        self.close()

    # Reading.

    def start_reading(self) -> None:
        threading.Thread(target=self.read_loop, daemon=True).start()

    def read_loop(self) -> None:
        try:
            while True:
                length, stream, type, flags = struct.unpack(">IIBB", self._read(HEADER_LENGTH))
                if length > DATA_LENGTH_MAX:
                    raise Violation("a frame of %d bytes" % length)
                received = Frame(stream, type, flags, self._read(length))
                with self.changed:
                    self.last_heard = time.monotonic()
                    self._dispatch(received)
        except Violation as violation:
            self.violation = str(violation)
            print("violation: %s" % violation, file=sys.stderr, flush=True)
        except (OSError, EOFError, wire.Malformed):
            pass
        self.close()

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            received = self.socket.recv(min(1 << 18, size - len(data)))
            if not received:
                raise EOFError
            data += received
        return bytes(data)

    def _dispatch(self, received: Frame) -> None:
        if received.type in (WINDOW_UPDATE, CANCEL, PING, GO_AWAY) and not self.is_extended:
            raise Violation("a frame of type %#x that was not agreed on" % received.type)
        if received.type == WINDOW_UPDATE:
            stream = self.streams.get(received.stream)
            if stream:
                stream.send_credit += struct.unpack(">I", received.data)[0]
                self.changed.notify_all()
        elif received.type == PING:
            self._ping_received(received)
        else:
            self.frame_received(received)

    def _ping_received(self, received: Frame) -> None:
        if received.stream or len(received.data) != 8:
            raise Violation("a ping on stream %d of %d bytes" % (received.stream, len(received.data)))
        if received.flags & ANSWER:
            self.pongs.append(received.data)
            self.changed.notify_all()
        else:
            self.pings_received += 1
            self.ping_received(received.data)

    def ping_received(self, data: bytes) -> None:
        self.write(frame(0, PING, data, ANSWER))

    def frame_received(self, received: Frame) -> None:
        """With the lock held: a frame that client and server treat differently."""
        raise NotImplementedError

    # Life.

    def close_after_writing(self) -> None:
        with self.changed:
            self._close_when_written = True
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            if self.is_closed:
                return
            self.is_closed = True
            code = CANCELLED if self.is_server else UNAVAILABLE
            for stream in list(self.streams.values()):
                stream.end(Status(code, self.violation or "the connection is closed", b""))
            self.changed.notify_all()
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()

    is_server = False

    @property
    def is_agreed(self) -> bool:
        """Whether the other side knows by now how large our window is."""
        return self.is_extended
