#!/usr/bin/env python3
"""Serves the interop calls at an address until a client asks it to drain.

    interop_server.py HOST:PORT|unix:PATH [--extensions]

Says `listening on ADDRESS`. Exits with 1 if a client broke the protocol.
"""

from __future__ import annotations

import argparse
import sys
import threading

import interop_messages as interop
import protobuf_wire as wire
from ttrpc_client import UNAUTHENTICATED
from ttrpc_endpoint import Failed
from ttrpc_server import Method, Server


class Board:
    """What is known of the calls that carry a tag."""

    def __init__(self):
        self._changed = threading.Condition()
        self._endings: dict[str, int] = {}  # 0 while the call runs.

    def note(self, tag: str, ending: int) -> None:
        with self._changed:
            if tag:
                self._endings[tag] = ending
                self._changed.notify_all()

    def wait(self, call, tag: str, accepts) -> int:
        # The waiter's own call may end first; it looks now and then.
        with self._changed:
            while not (tag in self._endings and accepts(self._endings[tag])):
                if call.is_cancelled:
                    raise Failed(1, "the caller gave up")
                self._changed.wait(0.05)
            return self._endings[tag]


class Handlers:
    def __init__(self):
        self.board = Board()
        self.on_drain = lambda: None

    def methods(self) -> dict:
        rows = {
            (interop.INTEROP, "EmptyCall"): Method(lambda call: b""),
            (interop.INTEROP, "UnaryCall"): Method(self.unary),
            (interop.INTEROP, "StreamingOutputCall"): Method(self.output, server_streams=True),
            (interop.INTEROP, "StreamingInputCall"): Method(self.input, client_streams=True),
            (interop.INTEROP, "FullDuplexCall"): Method(self.duplex, True, True),
            (interop.CONTROL, "Begun"): Method(self.begun),
            (interop.CONTROL, "Outcome"): Method(self.outcome),
            (interop.CONTROL, "Drain"): Method(self.drain),
        }
        return rows

    def _noting(self, call, tag: str, body):
        self.board.note(tag, 0)
        try:
            result = body()
        except Failed:
            cancelled = call.is_cancelled
            self.board.note(tag, interop.CANCELLED if cancelled else interop.FAILED)
            raise
        self.board.note(tag, interop.COMPLETED)
        return result

    def _echo(self, call, keys) -> list:
        return [(key, call.header(key)) for key in keys if call.header(key) is not None]

    def unary(self, call) -> bytes:
        request = interop.read_simple_request(call.payload)

        def answer():
            call.sleep(request.delays_ms[0] / 1000)
            if request.status[0]:
                raise Failed(*request.status)
            username = self._user(call) if request.username else ""
            payload = bytes(request.sizes[0])
            return (
                (wire.bytes_field(1, payload) if payload else b"")
                + wire.text_field(2, username)
                + interop.metadata_entries(3, self._echo(call, request.echo))
            )

        return self._noting(call, request.tag, answer)

    def _user(self, call) -> str:
        value = call.header("authorization") or ""
        if not value.startswith(interop.USER_PREFIX):
            raise Failed(UNAUTHENTICATED, "this call needs a token")
        return value[len(interop.USER_PREFIX):]

    def _stream(self, call, request) -> None:
        if request.status[0]:
            raise Failed(*request.status)
        metadata = interop.metadata_entries(2, self._echo(call, request.echo))
        for size, delay in zip(request.sizes, request.delays_ms):
            call.sleep(delay / 1000)
            call.send((wire.bytes_field(1, bytes(size)) if size else b"") + metadata)

    def output(self, call) -> None:
        request = interop.read_output_request(call.payload)
        self._noting(call, request.tag, lambda: self._stream(call, request))

    def input(self, call) -> bytes:
        first = call.receive()

        def answer():
            total, message = 0, first
            while message is not None:
                total += len(wire.data(wire.fields(message), 1))
                message = call.receive()
            return wire.varint_field(1, total)

        return self._noting(call, wire.text(wire.fields(first or b""), 2), answer)

    def duplex(self, call) -> None:
        first = call.receive()
        if first is None:
            return

        def answer():
            message = first
            while message is not None:
                self._stream(call, interop.read_output_request(message))
                message = call.receive()

        self._noting(call, interop.read_output_request(first).tag, answer)

    def begun(self, call) -> bytes:
        self.board.wait(call, wire.text(wire.fields(call.payload), 1), lambda ending: True)
        return b""

    def outcome(self, call) -> bytes:
        tag = wire.text(wire.fields(call.payload), 1)
        return wire.varint_field(1, self.board.wait(call, tag, lambda ending: ending != 0))

    def drain(self, call) -> bytes:
        self.on_drain()
        return b""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="HOST:PORT or unix:PATH; port 0 lets the system choose")
    parser.add_argument("--extensions", action="store_true", help="agree to the extensions")
    arguments = parser.parse_args()
    handlers = Handlers()
    server = Server(arguments.address, handlers.methods(), arguments.extensions)
    handlers.on_drain = server.drain
    print("listening on %s" % server.address, flush=True)
    violations = server.serve()
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
