"""A ttrpc 1.2 client, written from its PROTOCOL.md and from docs/protocol.md alone.

It uses Python's standard library and no code of the server. A `Connection` can send what is right
(`call`, `open_stream`) and anything else (`send_frame`, `send_bytes`); nothing is checked on the
way out, and everything on the way in.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import NamedTuple, Optional

import protobuf_wire as wire

REQUEST, RESPONSE, DATA = 1, 2, 3
REMOTE_CLOSED, REMOTE_OPEN, NO_DATA = 0x01, 0x02, 0x04
HEADER_LENGTH = 10
DATA_LENGTH_MAX = 4 << 20

OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND = 0, 1, 2, 3, 4, 5
RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE, UNAUTHENTICATED = 8, 12, 14, 16


class Closed(Exception):
    """The server has closed the connection."""


class TimedOut(Exception):
    """Nothing came in the time allowed."""


class ProtocolError(Exception):
    """The server sent something that ttrpc does not allow."""


class Frame(NamedTuple):
    stream: int
    type: int
    flags: int
    data: bytes


class Status(NamedTuple):
    code: int
    message: str
    payload: bytes

    @property
    def is_ok(self) -> bool:
        return self.code == OK


def frame_header(length: int, stream: int, type: int, flags: int = 0) -> bytes:
    return struct.pack(">IIBB", length, stream, type, flags)


def frame(stream: int, type: int, data: bytes = b"", flags: int = 0) -> bytes:
    return frame_header(len(data), stream, type, flags) + data


def encode_request(
    service, method, payload: bytes = b"", metadata=(), timeout_nano: int = 0
) -> bytes:
    """The data of a Request. Names and metadata may be bytes, so that they can be wrong."""
    entries = b"".join(
        wire.bytes_field(5, wire.bytes_field(1, key) + wire.bytes_field(2, value))
        for key, value in metadata
    )
    return (
        wire.bytes_field(1, service)
        + wire.bytes_field(2, method)
        + (wire.bytes_field(3, payload) if payload else b"")
        + wire.varint_field(4, timeout_nano)
        + entries
    )


def decode_response(data: bytes) -> Status:
    response = wire.fields(data)
    status = wire.fields(wire.data(response, 1))
    return Status(wire.number(status, 1), wire.text(status, 2), wire.data(response, 2))


class Connection:
    """One TCP connection. `metadata` goes with every call unless the call brings its own."""

    def __init__(
        self, host: str, port: int, metadata=(), timeout: float = 60.0, receive_buffer: int = 0
    ):
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self.socket = socket.socket(*address[:3])
        if receive_buffer:  # Before connecting, else the window is larger already.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(address[4])
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.metadata = tuple(metadata)
        self.timeout = timeout
        self._received = bytearray()
        self._next_stream = 1
        # Frames of other streams that came while one was waited for.
        self._set_aside: list[Frame] = []

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    # What is sent.

    def next_stream(self) -> int:
        stream = self._next_stream
        self._next_stream += 2
        return stream

    def skip_to(self, stream: int) -> None:
        """The next call takes that number."""
        self._next_stream = stream

    def send_bytes(self, data: bytes) -> None:
        try:
            self.socket.settimeout(self.timeout)
            self.socket.sendall(data)
        except socket.timeout as error:
            raise TimedOut("the server takes no more bytes") from error
        except OSError as error:
            raise Closed(str(error)) from error

    def send_frame(self, stream: int, type: int, data: bytes = b"", flags: int = 0) -> None:
        self.send_bytes(frame(stream, type, data, flags))

    def request_frame(
        self, stream: int, service, method, payload=b"", flags=0, metadata=None, timeout_nano=0
    ) -> bytes:
        metadata = self.metadata if metadata is None else metadata
        data = encode_request(service, method, payload, metadata, timeout_nano)
        return frame(stream, REQUEST, data, flags)

    def start(self, service, method, payload=b"", flags=0, **options) -> int:
        """Sends a Request on the next stream and returns the stream."""
        stream = self.next_stream()
        self.send_bytes(self.request_frame(stream, service, method, payload, flags, **options))
        return stream

    def open_stream(self, service, method, payload=b"", **options) -> int:
        """Opens a server stream, whose one message rides in the Request."""
        return self.start(service, method, payload, REMOTE_CLOSED, **options)

    # What is received.

    def _parse(self) -> Optional[Frame]:
        if len(self._received) < HEADER_LENGTH:
            return None
        length, stream, type, flags = struct.unpack_from(">IIBB", self._received)
        if length > DATA_LENGTH_MAX:
            raise ProtocolError("the server sent a frame of %d bytes" % length)
        end = HEADER_LENGTH + length
        if len(self._received) < end:
            return None
        parsed = Frame(stream, type, flags, bytes(self._received[HEADER_LENGTH:end]))
        del self._received[:end]
        return parsed

    def receive(self, timeout: Optional[float] = None) -> Frame:
        """The next frame, of whichever stream."""
        if self._set_aside:
            return self._set_aside.pop(0)
        return self._receive(self.timeout if timeout is None else timeout)

    def _receive(self, timeout: float) -> Frame:
        deadline = time.monotonic() + timeout
        while True:
            parsed = self._parse()
            if parsed:
                return parsed
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimedOut("no frame within %.1f s" % timeout)
            self.socket.settimeout(left)
            try:
                received = self.socket.recv(1 << 16)
            except socket.timeout:
                continue
            except OSError as error:
                raise Closed(str(error)) from error
            if not received:
                raise Closed("end of file")
            self._received += received

    def receive_on(self, stream: int, timeout: Optional[float] = None) -> Frame:
        """The next frame of one stream; those of others are kept for later."""
        for index, kept in enumerate(self._set_aside):
            if kept.stream == stream:
                return self._set_aside.pop(index)
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            received = self._receive(max(0.0, deadline - time.monotonic()))
            if received.stream == stream:
                return received
            self._set_aside.append(received)

    def receive_response(self, stream: int, timeout: Optional[float] = None) -> Status:
        received = self.receive_on(stream, timeout)
        if received.type != RESPONSE:
            raise ProtocolError("type %d instead of a Response" % received.type)
        return decode_response(received.data)

    def receive_message(self, stream: int, timeout: Optional[float] = None):
        """The next message of a stream; None at its good end, a Status when it failed."""
        received = self.receive_on(stream, timeout)
        if received.type == RESPONSE:
            return decode_response(received.data)
        if received.type != DATA:
            raise ProtocolError("type %d on a stream" % received.type)
        if received.flags & NO_DATA:
            return None
        return received.data

    def call(
        self, service, method, payload=b"", timeout: Optional[float] = None, **options
    ) -> Status:
        return self.receive_response(self.start(service, method, payload, **options), timeout)

    def wait_until_closed(self, timeout: float) -> list[Frame]:
        """Waits for the server to close the connection and returns what it said before.

        Raises TimedOut if it stays open.
        """
        said = []
        deadline = time.monotonic() + timeout
        while True:
            try:
                said.append(self.receive(max(0.0, deadline - time.monotonic())))
            except Closed:
                return said
