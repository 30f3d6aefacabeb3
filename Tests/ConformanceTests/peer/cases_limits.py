"""What bad input gets, part 3: floods, bombs, peers that do not read or do not finish.

Growth of memory is measured at its peak and allowed for the sockets' and allocator's buffers too.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import ExitStack

import protobuf_wire as wire
import ttrpc_client as ttrpc
import wardline_calls as chat
from conformance import (
    Mismatch, Skipped, case, describe, expect_closed, expect_code, expect_first_message,
    expect_usable, receive_end,
)

MIB = 1 << 20
HANDLERS_MAX = 1024
VIOLATIONS_MAX = 100


# Bombs: a little input that takes much memory to decode.

BOMB_BYTES = 4 * MIB - 4096


def _filled(unit: bytes, count_bytes: int = BOMB_BYTES) -> bytes:
    return unit * (count_bytes // len(unit))


def _send_bomb(server, make_data):
    memory = server.memory()
    with server.connect() as connection:
        for _ in range(10):
            stream = connection.next_stream()
            connection.send_frame(stream, ttrpc.REQUEST, make_data(connection))
            status = connection.receive_response(stream)
            expect_code(status, ttrpc.RESOURCE_EXHAUSTED, ttrpc.INVALID_ARGUMENT)
            expect_usable(connection)
    # The frame itself, the budget of four times as much, and what the allocator keeps.
    return describe(status) + "; " + memory.expect_growth_below(40 * MIB)


@case("decoding needs more memory than the budget: empty metadata entries")
def metadata_bomb(server):
    return _send_bomb(server, lambda connection: _filled(wire.bytes_field(5, b"")))


@case("decoding needs more memory than the budget: unknown varints in the Request")
def unknown_varint_bomb(server):
    return _send_bomb(server, lambda connection: _filled(b"\x78\x01"))


@case("decoding needs more memory than the budget: unknown empty strings in the Request")
def unknown_string_bomb(server):
    return _send_bomb(server, lambda connection: _filled(b"\x7a\x00"))


@case("decoding needs more memory than the budget: unknown fields in the payload")
def payload_bomb(server):
    return _send_bomb(
        server,
        lambda connection: ttrpc.encode_request(
            chat.MESSAGES, "Send", _filled(b"\x78\x01"), connection.metadata
        ),
    )


@case("one field repeated two million times: the last one counts, memory stays")
def repeated_singular_field(server):
    memory = server.memory()
    with server.connect() as connection:
        for unit in (b"\x20\x00", wire.bytes_field(1, b"a")):
            data = _filled(unit) + ttrpc.encode_request(
                chat.SESSION, "WhoAmI", b"", connection.metadata
            )
            stream = connection.next_stream()
            connection.send_frame(stream, ttrpc.REQUEST, data)
            status = connection.receive_response(stream)
            expect_code(status, ttrpc.OK, ttrpc.RESOURCE_EXHAUSTED)
            expect_usable(connection)
    return describe(status) + "; " + memory.expect_growth_below(40 * MIB)


# Numbers.


@case("more running handlers than allowed: the new one is refused, and there is room afterwards")
def too_many_handlers(server):
    memory = server.memory()
    with server.connect() as connection:
        streams = [connection.next_stream() for _ in range(HANDLERS_MAX + 76)]
        for stream in streams:
            connection.send_bytes(
                connection.request_frame(
                    stream, chat.EVENTS, "Subscribe", b"", ttrpc.REMOTE_CLOSED
                )
            )
        refused = []
        for stream in streams:
            message = connection.receive_message(stream)
            if isinstance(message, ttrpc.Status):
                expect_code(message, ttrpc.RESOURCE_EXHAUSTED)
                refused.append(stream)
        if len(refused) < 76 or refused != streams[-len(refused) :]:
            raise Mismatch("the last 76 of 1,100 refused", "%d" % len(refused))
        # To end one of them makes room for one: here by an error of the client.
        for stream in streams[:2]:
            connection.send_frame(stream, ttrpc.DATA)
            expect_code(receive_end(connection, stream), ttrpc.INVALID_ARGUMENT)
        expect_usable(connection, besides=streams)
    with server.connect() as connection:
        expect_usable(connection)
    return "%d of 1,100 refused; %s" % (len(refused), memory.expect_growth_below(48 * MIB))


@case("5,000 streams that are opened and fail at once leave nothing behind")
def rapid_failures(server):
    memory = server.memory()
    with server.connect() as connection:
        for _ in range(50):
            streams = [connection.next_stream() for _ in range(100)]
            connection.send_bytes(
                b"".join(
                    connection.request_frame(
                        s, chat.EVENTS, "Subscribe", b"", ttrpc.REMOTE_CLOSED, timeout_nano=1
                    )
                    for s in streams
                )
            )
            for stream in streams:
                status = receive_end(connection, stream)
                expect_code(status, ttrpc.DEADLINE_EXCEEDED, ttrpc.RESOURCE_EXHAUSTED)
        expect_usable(connection)
    return describe(status) + "; " + memory.expect_growth_below(24 * MIB)


def _violation(name: str, make_frame, is_answered: bool):
    @case("more than %d violations: %s" % (VIOLATIONS_MAX, name))
    def violations(server):
        with server.connect() as connection:
            for _ in range(VIOLATIONS_MAX):
                connection.send_bytes(make_frame(connection))
                if is_answered:
                    connection.receive()
            expect_usable(connection)
            try:
                for _ in range(10):
                    connection.send_bytes(make_frame(connection))
            except ttrpc.Closed:
                pass
            return expect_closed(connection, 2)


_violation(
    "even stream ids",
    lambda connection: connection.request_frame(2, chat.SESSION, "WhoAmI"), True,
)
_violation(
    "Data on streams never opened",
    lambda connection: ttrpc.frame(0xFFFFFFFF, ttrpc.DATA), True,
)
_violation("Responses", lambda connection: ttrpc.frame(1, ttrpc.RESPONSE), False)
_violation(
    "Requests that do not decode",
    lambda connection: ttrpc.frame(connection.next_stream(), ttrpc.REQUEST, b"\xff"), True,
)
_violation(
    "payloads that do not decode",
    lambda connection: connection.request_frame(
        connection.next_stream(), chat.MESSAGES, "Send", b"\xff"
    ),
    True,
)


@case("a million bad frames from a peer that does not read: closed at the budget")
def violation_flood(server):
    memory = server.memory()
    connection = server.connect(timeout=5)
    with connection:
        flood = ttrpc.frame(2, ttrpc.REQUEST) * 1000
        try:
            for _ in range(1000):
                connection.send_bytes(flood)
        except ttrpc.Closed:
            return "closed; " + memory.expect_growth_below(8 * MIB)
        raise Mismatch("the connection to be closed", "a million frames were taken")


@case("200,000 Data frames for streams that have ended cost nothing but their bytes")
def late_data_flood(server):
    memory = server.memory()
    with server.connect() as connection:
        expect_usable(connection)
        flood = ttrpc.frame(1, ttrpc.DATA, b"late") * 1000
        for _ in range(200):
            connection.send_bytes(flood)
        return expect_usable(connection) + "; " + memory.expect_growth_below(8 * MIB)


# Peers that do not read. What they are sent stays with the server, not in a socket of ours.

SMALL_BUFFER = 16 << 10


def _send_until_blocked(connection, data: bytes, bytes_max: int, patience: float) -> int:
    """Sends until the server takes no more for `patience` seconds; returns what it took."""
    connection.socket.setblocking(False)
    taken, at, last = 0, 0, time.monotonic()
    while taken < bytes_max and time.monotonic() - last < patience:
        try:
            count = connection.socket.send(data[at:])
        except BlockingIOError:
            select.select([], [connection.socket], [], 0.1)
            continue
        at = (at + count) % len(data)
        taken += count
        last = time.monotonic()
    return taken


@case("a peer that sends calls and never reads is held back, and others are served")
def caller_that_never_reads(server):
    memory = server.memory()
    with server.connect(receive_buffer=SMALL_BUFFER) as connection, server.connect() as other:
        calls = b"".join(
            connection.request_frame(connection.next_stream(), chat.SESSION, "WhoAmI")
            for _ in range(200_000)
        )
        taken = _send_until_blocked(connection, calls, len(calls), 1.0)
        if taken == len(calls):
            raise Mismatch("calls to be held back", "all of %d MiB taken" % (taken // MIB))
        expect_usable(other)
        seen = memory.expect_growth_below(24 * MIB)
        # What was taken is answered once the peer reads.
        answers = taken // len(connection.request_frame(1, chat.SESSION, "WhoAmI"))
        for _ in range(answers):
            connection.receive()
        return "held back after %.1f MiB; %d answers later; %s" % (taken / MIB, answers, seen)


@case("subscribers that never read cost bounded memory, and miss nothing once they read")
def subscribers_that_never_read(server):
    messages, content = 2000, "x" * (15 * 1024)
    with ExitStack() as open_connections:
        sender = open_connections.enter_context(server.connect())
        # What storing takes is not what is measured: let its caches fill before.
        _send_many(server, sender, messages, content)
        subscribers = []
        for _ in range(4):
            slow = open_connections.enter_context(server.connect(receive_buffer=SMALL_BUFFER))
            stream = slow.open_stream(chat.EVENTS, "Subscribe", chat.subscribe_request())
            expect_first_message(slow, stream)
            subscribers.append((slow, stream))
        memory = server.memory()
        conversation, expected = _send_many(server, sender, messages, content)
        # Far less than the 117 MiB that are not read; caches go on filling for a while.
        seen = memory.expect_growth_below(48 * MIB)
        expect_usable(sender)
        slow, stream = subscribers[0]
        received = []
        while len(received) < messages:
            message = slow.receive_message(stream)
            if isinstance(message, ttrpc.Status) or message is None:
                raise Mismatch("all messages", "the end after %d" % len(received))
            pushed = chat.pushed(message)
            if pushed.message and pushed.conversation_id == conversation:
                received.append(pushed.message.sequence)
        if received != expected:
            raise Mismatch("sequences %d to %d in order" % (expected[0], expected[-1]), "others")
        return "4 × %d MiB not read; %s" % (messages * len(content) // MIB, seen)


def _send_many(server, connection, count: int, content: str):
    """Sends with 64 in flight; returns the conversation and the sequences in order."""
    payload = chat.send_request(content, recipient=server.recipient)
    in_flight, sent = 0, []
    for number in range(count + 64):
        if number < count:
            connection.start(chat.MESSAGES, "Send", payload)
            in_flight += 1
        if in_flight and (in_flight == 64 or number >= count):
            status = ttrpc.decode_response(connection.receive().data)
            expect_code(status, ttrpc.OK)
            sent.append(chat.sent(status.payload))
            in_flight -= 1
    return sent[0].conversation_id, sorted(message.sequence for message in sent)


# Peers that do not finish. They run side by side, since each takes as long as the time limit.


@case("peer never completes a frame: closed after the time limit, others served meanwhile")
def unfinished_frames(server):
    if server.frame_timeout > 30:
        raise Skipped("the time limit of a frame is %.0f s" % server.frame_timeout)
    good = server.connect().request_frame(1, chat.SESSION, "WhoAmI")
    unfinished = {
        "one byte": (good[:1], b""),
        "a header without its last byte": (good[:9], b""),
        "a header without data": (good[:10], b""),
        "data without its last byte": (good[:-1], b""),
        "data that drips": (good[:12], b"a"),
        "data over the limit that drips": (
            ttrpc.frame_header(16 * MIB - 1, 1, ttrpc.REQUEST), b"a",
        ),
        "a good call, then half a frame": (good + good[:5], b""),
    }
    results: dict = {}
    threads = [
        threading.Thread(target=_time_until_closed, args=(server, name, *parts, results))
        for name, parts in unfinished.items()
    ]
    for thread in threads:
        thread.start()
    with server.connect() as other:
        while any(thread.is_alive() for thread in threads):
            expect_usable(other)
            threads[0].join(0.5)
    for name, seconds in results.items():
        if not server.frame_timeout * 0.7 <= seconds <= server.frame_timeout * 1.5 + 1:
            raise Mismatch("%s to be closed after %.0f s" % (name, server.frame_timeout),
                           "%.1f s" % seconds)
    if len(results) != len(unfinished):
        raise Mismatch("all to be closed", "only %s" % ", ".join(results))
    return "closed after %.1f to %.1f s" % (min(results.values()), max(results.values()))


def _time_until_closed(server, name: str, first: bytes, drip: bytes, results: dict) -> None:
    start = time.monotonic()
    try:
        with server.connect() as connection:
            connection.send_bytes(first)
            while time.monotonic() - start < server.frame_timeout * 2 + 5:
                try:
                    connection.receive(0.25)
                except ttrpc.TimedOut:
                    if drip:
                        connection.send_bytes(drip)
    except ttrpc.Closed:
        results[name] = time.monotonic() - start


@case("500 connections that come and go leave nothing behind")
def connection_churn(server):
    memory = server.memory()
    for number in range(500):
        with server.connect() as connection:
            if number % 2:
                expect_usable(connection)
            if number % 5 == 0:
                connection.open_stream(chat.EVENTS, "Subscribe")
            if number % 3 == 0:  # A reset instead of an orderly end.
                connection.socket.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
                )
    return memory.expect_growth_below(16 * MIB)


@case("a connection that is cut after each byte of a call does no harm")
def cut_everywhere(server):
    call = server.connect().request_frame(1, chat.SESSION, "WhoAmI")
    for length in range(len(call)):
        with server.connect() as connection:
            connection.send_bytes(call[:length])
            connection.socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
            )
    with server.connect() as connection:
        return expect_usable(connection)
