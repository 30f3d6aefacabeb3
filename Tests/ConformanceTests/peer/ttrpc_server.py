"""The server's side of an endpoint: a thread for each call."""

from __future__ import annotations

import socket
import threading
import time
from typing import Callable, Iterable, NamedTuple, Optional

import protobuf_wire as wire
from ttrpc_client import (
    CANCELLED, DATA, DEADLINE_EXCEEDED, NO_DATA, REMOTE_CLOSED, REQUEST, RESOURCE_EXHAUSTED,
    RESPONSE, UNAVAILABLE, UNIMPLEMENTED, Frame, Status, frame,
)
from ttrpc_endpoint import (
    CANCEL, DEFAULT_WINDOW, GO_AWAY, NEGOTIATION, OWN_WINDOW, PING, Endpoint, Failed, Stream,
    Violation, encode_response,
)

HANDLERS_MAX = 64
KEEPALIVE_SECONDS = 0.25
KEEPALIVE_TIMEOUT = 2.0
DRAIN_SECONDS = 5.0
AGREED = b"agreed? "


class Method(NamedTuple):
    """`run` gets the call. A method without a stream of answers returns its message."""

    run: Callable
    client_streams: bool = False
    server_streams: bool = False


class ServerCall(Stream):
    """A call that a handler serves."""

    method: Method
    metadata: tuple = ()
    payload = b""

    def header(self, key: str) -> Optional[str]:
        """The first value of a key of the metadata."""
        return next((value for name, value in self.metadata if name.lower() == key.lower()), None)

    @property
    def is_cancelled(self) -> bool:
        return self.ending is not None or (
            self.deadline is not None and time.monotonic() >= self.deadline
        )


class ServerConnection(Endpoint):
    is_server = True

    def __init__(self, connection: socket.socket, server: Server):
        self.server = server
        self._last_stream = 0
        self._negotiated_on = 0
        self._running = 0
        self.is_draining = False
        super().__init__(connection)

    # What comes.

    def frame_received(self, received: Frame) -> None:
        if received.type == REQUEST:
            self._request(received)
        elif received.type == CANCEL:
            call = self.streams.get(received.stream)
            if call:
                call.end(Status(CANCELLED, "the client gave up", b""))
        elif received.type == DATA:
            call = self.streams.get(received.stream)
            if call:
                call.data_received(received)
            elif received.stream > self._last_stream:
                raise Violation("Data on stream %d, never opened" % received.stream)
        else:
            raise Violation("type %#x from a client" % received.type)

    def _request(self, received: Frame) -> None:
        number = received.stream
        if number % 2 == 0 or number <= self._last_stream:
            raise Violation("stream %d after %d" % (number, self._last_stream))
        self._last_stream = number
        request = wire.fields(received.data)
        name = (wire.text(request, 1), wire.text(request, 2))
        if name == NEGOTIATION and self.server.extended:
            return self._negotiate(number, wire.data(request, 3))
        method = self.server.methods.get(name)
        if self.is_draining:
            return self._refuse(number, UNAVAILABLE, "the server is shutting down")
        if method is None:
            return self._refuse(number, UNIMPLEMENTED, "%s/%s" % name)
        if self._running >= HANDLERS_MAX:
            return self._refuse(number, RESOURCE_EXHAUSTED, "too many calls")
        self._check_flags(received.flags, method)
        call = ServerCall(self, number, self.is_extended)
        call.method = method
        call.payload = wire.data(request, 3)
        call.metadata = tuple(
            (wire.text(entry, 1), wire.text(entry, 2))
            for entry in map(wire.fields, request.get(5, []))
        )
        timeout = wire.number(request, 4)
        call.deadline = time.monotonic() + timeout / 1e9 if timeout else None
        call.is_remote_closed = not method.client_streams
        self.streams[number] = call
        self._running += 1
        threading.Thread(target=self._serve, args=(call,), daemon=True).start()

    def _check_flags(self, flags: int, method: Method) -> None:
        expected = 2 if method.client_streams else 1 if method.server_streams else 0
        if flags != expected:
            raise Violation("a Request with flags %#x, not %#x" % (flags, expected))

    def _negotiate(self, number: int, payload: bytes) -> None:
        if not self.is_extended:
            self.peer_window = wire.number(wire.fields(payload), 1) or DEFAULT_WINDOW
            threading.Thread(target=self._keep_alive, daemon=True).start()
        answer = encode_response(0, "", wire.varint_field(1, OWN_WINDOW))
        self.write(frame(number, RESPONSE, answer))
        self.write(frame(0, PING, AGREED))
        self.is_extended = True

    @property
    def is_agreed(self) -> bool:
        """A client need not wait for our answer; it has it when it answers the ping after that."""
        return AGREED in self.pongs

    def _refuse(self, number: int, code: int, message: str) -> None:
        self.write(frame(number, RESPONSE, encode_response(code, message, b"")))

    # Serving.

    def _serve(self, call: ServerCall) -> None:
        method = call.method
        try:
            if call.is_cancelled:
                raise Failed(DEADLINE_EXCEEDED, "the deadline has passed")
            answer = method.run(call)
        except Failed as failure:
            answer = failure.status
        with self.changed:
            del self.streams[call.number]
            self._running -= 1
            # Nobody waits for an answer to a call that the client gave up.
            was_given_up = call.ending is not None and call.ending.code == CANCELLED
            if isinstance(answer, Status):
                if not was_given_up:
                    self._refuse(call.number, answer.code, answer.message)
            elif method.server_streams:
                self.write(frame(call.number, DATA, b"", REMOTE_CLOSED | NO_DATA))
            else:
                self.write(frame(call.number, RESPONSE, encode_response(0, "", answer)))
            self.changed.notify_all()

    # Life.

    def _keep_alive(self) -> None:
        while not self.is_closed:
            threading.Event().wait(KEEPALIVE_SECONDS / 2)
            with self.changed:
                silence = time.monotonic() - self.last_heard
                if silence > KEEPALIVE_TIMEOUT:
                    break
                if silence > KEEPALIVE_SECONDS:
                    self.write(frame(0, PING, b"alive?  "))
        self.close()

    def drain(self) -> None:
        """Takes no more calls, tells the client, and closes when those that run have ended."""
        with self.changed:
            self.is_draining = True
            if self.is_extended:
                go_away = wire.varint_field(1, self._last_stream) + wire.text_field(2, "draining")
                self.write(frame(0, GO_AWAY, go_away))
            else:
                for call in self.streams.values():
                    if call.method.client_streams or call.method.server_streams:
                        call.end(Status(UNAVAILABLE, "the server is shutting down", b""))
            until = time.monotonic() + DRAIN_SECONDS
            while self._running and not self.is_closed and time.monotonic() < until:
                self.changed.wait(0.1)
        self.close_after_writing()
        with self.changed:
            while not self.is_closed:
                self.changed.wait()


class Server:
    """Listens on HOST:PORT or unix:PATH and serves until it is drained."""

    def __init__(self, address: str, methods: dict, extended: bool):
        self.methods, self.extended = methods, extended
        if address.startswith("unix:"):
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(address[5:])
            self.address = address
        else:
            host, _, port = address.rpartition(":")
            self.listener = socket.create_server((host.strip("[]"), int(port)), backlog=128)
            self.address = "%s:%d" % (host, self.listener.getsockname()[1])
        self.listener.listen(128)
        self._connections: list[ServerConnection] = []
        self._drained = threading.Event()

    def serve(self) -> Iterable[str]:
        """Serves until drained; returns what clients did against the protocol."""
        threading.Thread(target=self._accept, daemon=True).start()
        self._drained.wait()
        for connection in list(self._connections):
            connection.drain()
        return [c.violation for c in self._connections if c.violation]

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            connection = ServerConnection(accepted, self)
            self._connections.append(connection)
            connection.start_reading()

    def drain(self) -> None:
        # Closing alone would leave the thread that accepts, and so the port.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._drained.set()
