"""The client's side of an endpoint."""

from __future__ import annotations

import time
from typing import Optional

import protobuf_wire as wire
from ttrpc_client import (
    CANCELLED, DATA, DEADLINE_EXCEEDED, OK, REMOTE_CLOSED, REMOTE_OPEN, REQUEST, RESPONSE, Frame,
    Status, decode_response, encode_request, frame,
)
from ttrpc_endpoint import (
    CANCEL, DEFAULT_WINDOW, GO_AWAY, NEGOTIATION, OWN_WINDOW, PING, Endpoint, Failed, Stream,
    Violation, connect, encode_status,
)

PATIENCE = 30.0


class ClientStream(Stream):
    answer: Optional[Status] = None

    def on_answer(self, status: Status) -> None:
        """With the lock held: the Response has come."""

    def response(self, patience: float = PATIENCE) -> Status:
        """The one Response of the call, whatever its status."""
        with self.endpoint.changed:
            try:
                self._wait(lambda: self.answer is not None, patience)
            except Failed as failure:
                return failure.status
            return self.answer

    def cancel(self) -> None:
        """Gives the call up; the server is told if it knows how to listen."""
        with self.endpoint.changed:
            self.endpoint.streams.pop(self.number, None)
            if self.endpoint.is_extended:
                status = encode_status(CANCELLED, "the caller gave up")
                self.endpoint.write(frame(self.number, CANCEL, status))
            self.end(Status(CANCELLED, "the caller gave up", b""))


class Channel(Endpoint):
    """A connection to a server."""

    def __init__(self, address: str, extended: bool = False, answers_pings: bool = True):
        super().__init__(connect(address))
        self.answers_pings = answers_pings
        self.go_away: Optional[dict] = None
        self._next_stream = 1
        self.start_reading()
        if extended:
            self._negotiate()

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _negotiate(self) -> None:
        with self.changed:
            stream = self.start(*NEGOTIATION, wire.varint_field(1, OWN_WINDOW))
            stream.on_answer = self._negotiated
        status = stream.response()
        if not status.is_ok:
            raise Failed(status.code, status.message)

    def _negotiated(self, status: Status) -> None:
        """With the lock held: from the very next frame on the extensions hold."""
        if status.is_ok:
            self.peer_window = wire.number(wire.fields(status.payload), 1) or DEFAULT_WINDOW
            self.is_extended = True

    # Calls.

    def start(
        self, service, method, payload=b"", flags=0, metadata=(), timeout: Optional[float] = None
    ) -> ClientStream:
        """Sends a Request. The deadline is the server's to keep: its answer is waited for."""
        nanoseconds = max(1, int(timeout * 1e9)) if timeout is not None else 0
        data = encode_request(service, method, payload, metadata, nanoseconds)
        with self.changed:
            stream = ClientStream(self, self._next_stream, self.is_extended)
            self._next_stream += 2
            if self.is_closed:
                stream.end(Status(14, self.violation or "the connection is closed", b""))
            self.streams[stream.number] = stream
            self.write(frame(stream.number, REQUEST, data, flags))
            return stream

    def call(self, service, method, payload=b"", **options) -> Status:
        return self.start(service, method, payload, **options).response()

    def server_stream(self, service, method, payload=b"", **options) -> ClientStream:
        return self.start(service, method, payload, REMOTE_CLOSED, **options)

    def stream(self, service, method, **options) -> ClientStream:
        """A call with a stream from us."""
        return self.start(service, method, b"", REMOTE_OPEN, **options)

    # What comes.

    def frame_received(self, received: Frame) -> None:
        if received.type == GO_AWAY:
            if received.stream:
                raise Violation("GoAway on stream %d" % received.stream)
            self.go_away = wire.fields(received.data)
            self.changed.notify_all()
            return
        stream = self.streams.get(received.stream)
        if received.type not in (DATA, RESPONSE, CANCEL):
            raise Violation("type %#x from a server" % received.type)
        if stream is None:
            if received.stream % 2 == 0 or received.stream >= self._next_stream:
                raise Violation("a frame for stream %d" % received.stream)
        elif received.type == DATA:
            stream.data_received(received)
            if stream.is_remote_closed:
                del self.streams[received.stream]
        elif received.type == RESPONSE:
            del self.streams[received.stream]
            stream.answer = decode_response(received.data)
            stream.on_answer(stream.answer)
            stream.end(stream.answer)
        else:
            raise Violation("Cancel for stream %d of a client" % received.stream)

    def ping_received(self, data: bytes) -> None:
        if self.answers_pings:
            super().ping_received(data)

    # Life.

    def ping(self, data: bytes = b"wardline", patience: float = PATIENCE) -> None:
        """Returns when the server has answered with the same bytes."""
        self.send_frame(0, PING, data)
        self.wait_for(lambda: data in self.pongs, patience)

    def wait_for(self, ready, patience: float = PATIENCE) -> None:
        with self.changed:
            until = time.monotonic() + patience
            while not ready():
                left = until - time.monotonic()
                if left <= 0:
                    raise Failed(DEADLINE_EXCEEDED, "waited for %.0f s" % patience)
                self.changed.wait(left)
