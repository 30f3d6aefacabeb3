"""The interop cases, as docs/conformance.md lists them."""

from __future__ import annotations

import uuid
from typing import Optional

import interop_messages as interop
import protobuf_wire as wire
from ttrpc_channel import Channel, ClientStream
from ttrpc_client import (
    CANCELLED, DEADLINE_EXCEEDED, OK, RESOURCE_EXHAUSTED, UNAUTHENTICATED, UNAVAILABLE,
    UNIMPLEMENTED, UNKNOWN, Status,
)
from ttrpc_endpoint import Failed
from ttrpc_server import HANDLERS_MAX, KEEPALIVE_SECONDS

LARGE_REQUEST, LARGE_RESPONSE = 271_828, 314_159
REQUEST_SIZES, RESPONSE_SIZES = (27_182, 8, 1_828, 45_904), (31_415, 9, 2_653, 58_979)
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
PATIENCE = 20.0

CASES: dict = {}


def case(function):
    CASES[function.__name__] = function
    return function


def expect(what: str, seen, expected) -> None:
    if seen != expected:
        raise AssertionError("expected %s %r, saw %r" % (what, expected, seen))


class Run:
    """Where the cases run."""

    def __init__(self, address: str, extended: bool):
        self.address, self.extended = address, extended

    def connect(self, **options) -> Channel:
        return Channel(self.address, self.extended, **options)


def unary(channel: Channel, payload: bytes = b"", **options) -> Status:
    return channel.call(interop.INTEROP, "UnaryCall", payload, **options)


def succeed(channel: Channel, payload: bytes = b"", **options) -> dict:
    status = unary(channel, payload, **options)
    expect("code", status.code, OK)
    return wire.fields(status.payload)


def duplex(channel: Channel, **options) -> ClientStream:
    return channel.stream(interop.INTEROP, "FullDuplexCall", **options)


def receive(stream: ClientStream) -> Optional[bytes]:
    return stream.receive(PATIENCE)


def status_of(stream: ClientStream) -> Status:
    try:
        message = receive(stream)
    except Failed as failure:
        return failure.status
    raise AssertionError("expected a status, saw %s" % ("a message" if message else "the end"))


def large(channel: Channel) -> None:
    answer = succeed(channel, interop.simple_request(bytes(LARGE_REQUEST), LARGE_RESPONSE))
    expect("payload", wire.data(answer, 1), bytes(LARGE_RESPONSE))


def expect_cancelled(channel: Channel, tag: str) -> None:
    status = channel.call(interop.CONTROL, "Outcome", interop.tag(tag))
    expect("code", status.code, OK)
    expect("ending", wire.number(wire.fields(status.payload), 1), interop.CANCELLED)


@case
def empty_unary(run: Run) -> None:
    with run.connect() as channel:
        expect("answer", channel.call(interop.INTEROP, "EmptyCall"), Status(OK, "", b""))


@case
def large_unary(run: Run) -> None:
    with run.connect() as channel:
        large(channel)


@case
def client_streaming(run: Run) -> None:
    with run.connect() as channel:
        stream = channel.stream(interop.INTEROP, "StreamingInputCall")
        for size in REQUEST_SIZES:
            stream.send(interop.input_request(bytes(size)))
        stream.close_send()
        status = stream.response()
        expect("code", status.code, OK)
        expect("bytes", wire.number(wire.fields(status.payload), 1), sum(REQUEST_SIZES))


@case
def server_streaming(run: Run) -> None:
    with run.connect() as channel:
        stream = channel.server_stream(
            interop.INTEROP, "StreamingOutputCall", interop.output_request(RESPONSE_SIZES)
        )
        sizes = tuple(interop.payload_size(message) for message in iter(lambda: receive(stream), None))
        expect("sizes", sizes, RESPONSE_SIZES)


@case
def ping_pong(run: Run) -> None:
    with run.connect() as channel:
        stream = duplex(channel)
        for request, response in zip(REQUEST_SIZES, RESPONSE_SIZES):
            stream.send(interop.output_request((response,), bytes(request)))
            expect("bytes", interop.payload_size(receive(stream) or b""), response)
        stream.close_send()
        expect("end", receive(stream), None)


@case
def empty_stream(run: Run) -> None:
    with run.connect() as channel:
        stream = duplex(channel)
        stream.close_send()
        expect("end", receive(stream), None)


@case
def custom_metadata(run: Run) -> None:
    entry = ("x-wardline-interop-echo", "interop metadata value")
    with run.connect() as channel:
        answer = succeed(channel, interop.simple_request(echo=entry[:1]), metadata=(entry,))
        expect("metadata", interop.read_entries(answer, 3), [entry])
        stream = duplex(channel, metadata=(entry,))
        stream.send(interop.output_request((1,), echo=entry[:1]))
        answer = wire.fields(receive(stream) or b"")
        expect("metadata", interop.read_entries(answer, 2), [entry])
        stream.close_send()
        expect("end", receive(stream), None)


def ends_with(run: Run, message: str) -> None:
    with run.connect() as channel:
        wanted = (UNKNOWN, message)
        expect("status", unary(channel, interop.simple_request(status=wanted))[:2], wanted)
        stream = duplex(channel)
        stream.send(interop.output_request(status=wanted))
        expect("status", status_of(stream)[:2], wanted)


@case
def status_code_and_message(run: Run) -> None:
    ends_with(run, "test status message")


@case
def special_status_message(run: Run) -> None:
    ends_with(run, SPECIAL_MESSAGE)


@case
def unimplemented_method(run: Run) -> None:
    with run.connect() as channel:
        status = channel.call(interop.INTEROP, "UnimplementedCall")
        expect("code", status.code, UNIMPLEMENTED)


@case
def unimplemented_service(run: Run) -> None:
    with run.connect() as channel:
        status = channel.call(interop.UNIMPLEMENTED_SERVICE, "UnimplementedCall")
        expect("code", status.code, UNIMPLEMENTED)


@case
def timeout_on_sleeping_server(run: Run) -> None:
    tag = str(uuid.uuid4())
    with run.connect() as channel:
        request = interop.simple_request(delay_ms=60_000, tag=tag)
        expect("code", unary(channel, request, timeout=0.1).code, DEADLINE_EXCEEDED)
        expect_cancelled(channel, tag)
        expect("code", status_of(duplex(channel, timeout=0.001)).code, DEADLINE_EXCEEDED)


@case
def concurrent_large_unary(run: Run) -> None:
    with run.connect() as channel:
        request = interop.simple_request(bytes(LARGE_REQUEST), LARGE_RESPONSE)
        streams = [channel.start(interop.INTEROP, "UnaryCall", request) for _ in range(32)]
        for stream in streams:
            status = stream.response()
            expect("code", status.code, OK)
            expect("bytes", interop.payload_size(status.payload), LARGE_RESPONSE)


@case
def rpc_soak(run: Run) -> None:
    with run.connect() as channel:
        for _ in range(200):
            large(channel)


@case
def channel_soak(run: Run) -> None:
    for _ in range(50):
        large_unary(run)


@case
def cancel_after_begin(run: Run) -> None:
    tag = str(uuid.uuid4())
    with run.connect() as channel:
        stream = channel.stream(interop.INTEROP, "StreamingInputCall")
        stream.send(interop.input_request(tag=tag))
        expect("code", channel.call(interop.CONTROL, "Begun", interop.tag(tag)).code, OK)
        give_up(run, channel, stream, tag)
    with run.connect() as channel:
        expect_cancelled(channel, tag)


@case
def cancel_after_first_response(run: Run) -> None:
    tag = str(uuid.uuid4())
    with run.connect() as channel:
        stream = duplex(channel)
        stream.send(interop.output_request((31_415,), tag=tag))
        expect("bytes", interop.payload_size(receive(stream) or b""), 31_415)
        give_up(run, channel, stream, tag)
    with run.connect() as channel:
        expect_cancelled(channel, tag)


def give_up(run: Run, channel: Channel, stream: ClientStream, tag: str) -> None:
    """Cancels, and sees the handler end if the server can be told; the connection goes on."""
    stream.cancel()
    expect("code", stream.response().code, CANCELLED)
    if run.extended:
        expect_cancelled(channel, tag)
    expect("code", channel.call(interop.INTEROP, "EmptyCall").code, OK)


@case
def per_rpc_creds(run: Run) -> None:
    request = interop.simple_request(username=True)
    with run.connect() as channel:
        token = ("authorization", interop.USER_PREFIX + "ada")
        expect("user", wire.text(succeed(channel, request, metadata=(token,)), 2), "ada")
        expect("code", unary(channel, request).code, UNAUTHENTICATED)


@case
def stream_limit(run: Run) -> None:
    with run.connect() as channel:
        streams = [duplex(channel) for _ in range(HANDLERS_MAX)]
        for stream in streams:
            stream.send(interop.output_request((1,)))
            receive(stream)
        refused = channel.call(interop.INTEROP, "EmptyCall")
        expect("code", refused.code, RESOURCE_EXHAUSTED)
        streams[0].close_send()
        expect("end", receive(streams[0]), None)
        expect("code", channel.call(interop.INTEROP, "EmptyCall").code, OK)


@case
def keepalive(run: Run) -> None:
    """The server pings a client that is silent, and leaves one that does not answer."""
    with run.connect() as channel:
        channel.ping()
        succeed(channel, interop.simple_request(delay_ms=int(KEEPALIVE_SECONDS * 3000)))
        channel.wait_for(lambda: channel.pings_received >= 3)
        expect("code", channel.call(interop.INTEROP, "EmptyCall").code, OK)
    with run.connect(answers_pings=False) as channel:
        channel.wait_for(lambda: channel.is_closed)


@case
def graceful_shutdown(run: Run) -> None:
    tag = str(uuid.uuid4())
    with run.connect() as channel:
        stream = duplex(channel)
        stream.send(interop.output_request((1,)))
        receive(stream)
        request = interop.simple_request(response_size=9, delay_ms=300, tag=tag)
        slow = channel.start(interop.INTEROP, "UnaryCall", request)
        expect("code", channel.call(interop.CONTROL, "Begun", interop.tag(tag)).code, OK)
        expect("code", channel.call(interop.CONTROL, "Drain").code, OK)
        expect("code", slow.response().code, OK)
        stream.close_send()
        expect_end_or_unavailable(stream)
        channel.wait_for(lambda: channel.is_closed)
        if run.extended and channel.go_away is None:
            raise AssertionError("expected a GoAway, saw none")
    try:
        run.connect()
    except OSError:
        return
    raise AssertionError("expected no more connections, saw one")


def expect_end_or_unavailable(stream: ClientStream) -> None:
    try:
        expect("end", receive(stream), None)
    except Failed as failure:
        expect("code", failure.status.code, UNAVAILABLE)
