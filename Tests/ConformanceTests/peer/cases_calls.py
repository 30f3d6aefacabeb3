"""What each kind of call looks like, and what is right although it looks odd."""

from __future__ import annotations

import time

import protobuf_wire as wire
import ttrpc_client as ttrpc
import wardline_calls as chat
from conformance import (
    Mismatch, case, describe, expect_code, expect_first_message, expect_usable, receive_end,
)


def expect_ok(status):
    return expect_code(status, ttrpc.OK)


@case("unary: Request without flags, Response without flags")
def unary(server):
    with server.connect() as connection:
        stream = connection.start(chat.SESSION, "WhoAmI")
        received = connection.receive()
        if received[:3] != (stream, ttrpc.RESPONSE, 0):
            raise Mismatch("a Response on stream %d, flags 0" % stream, str(received[:3]))
        user = chat.user_id(ttrpc.decode_response(received.data))
        if not user:
            raise Mismatch("a user_id", "none")
        return "user_id " + user


@case("unary: served whatever its flags are")
def unary_odd_flags(server):
    with server.connect() as connection:
        for flags in list(range(8)) + [0xFF]:
            stream = connection.start(chat.SESSION, "WhoAmI", flags=flags)
            expect_ok(connection.receive_response(stream))
        for flags in (0, 1, 2, 3):
            payload = chat.send_request("odd flags", recipient=server.recipient)
            stream = connection.start(chat.MESSAGES, "Send", payload, flags)
            expect_ok(connection.receive_response(stream))
        return expect_usable(connection)


@case("unary: an empty payload is an empty message")
def unary_empty_payload(server):
    with server.connect() as connection:
        head = wire.bytes_field(1, chat.SESSION) + wire.bytes_field(2, "WhoAmI")
        token = connection.request_frame(1, "", "")[ttrpc.HEADER_LENGTH + 4 :]
        for payload in (b"", wire.bytes_field(3, b"")):
            stream = connection.next_stream()
            connection.send_frame(stream, ttrpc.REQUEST, head + payload + token)
            expect_ok(connection.receive_response(stream))
        status = connection.call(chat.MESSAGES, "Send", b"")
        return expect_code(status, ttrpc.INVALID_ARGUMENT)


@case("unary: an error is a Response with a status and no payload")
def unary_error(server):
    with server.connect() as connection:
        request = wire.bytes_field(1, "no-such-conversation")
        status = connection.call(chat.MESSAGES, "List", request)
        expect_code(status, ttrpc.NOT_FOUND, ttrpc.INVALID_ARGUMENT)
        if status.payload:
            raise Mismatch("no payload", "%d bytes" % len(status.payload))
        return describe(status)


@case("unary: many calls in one segment are all answered, each on its stream")
def multiplexed(server):
    with server.connect() as connection:
        streams = [connection.next_stream() for _ in range(200)]
        send = chat.send_request("multiplexed", recipient=server.recipient)
        connection.send_bytes(
            b"".join(
                connection.request_frame(stream, chat.MESSAGES, "Send", send)
                if stream % 4 == 1
                else connection.request_frame(stream, chat.SESSION, "WhoAmI")
                for stream in streams
            )
        )
        answered = set()
        for _ in streams:
            received = connection.receive()
            expect_ok(ttrpc.decode_response(received.data))
            answered.add(received.stream)
        if answered != set(streams):
            raise Mismatch("an answer on each of 200 streams", "%d" % len(answered))
        return expect_usable(connection)


@case("unary: a Request that comes byte by byte")
def byte_by_byte(server):
    with server.connect() as connection:
        payload = chat.send_request("byte by byte", recipient=server.recipient)
        stream = connection.next_stream()
        for byte in connection.request_frame(stream, chat.MESSAGES, "Send", payload):
            connection.send_bytes(bytes([byte]))
        expect_ok(connection.receive_response(stream))
        return expect_usable(connection)


@case("stream ids may skip, up to the largest odd one")
def skipping_ids(server):
    with server.connect() as connection:
        for stream in (1, 3, 101, 0x7FFFFFFF, 0xFFFFFFFF):
            connection.skip_to(stream)
            expect_ok(chat.who_am_i(connection))
        return "five calls answered"


@case("server streaming: Request with remote closed; the first message comes at once")
def server_streaming(server):
    with server.connect() as connection:
        stream = connection.open_stream(chat.EVENTS, "Subscribe", chat.subscribe_request())
        received = connection.receive()
        if received[:3] != (stream, ttrpc.DATA, 0):
            raise Mismatch("Data on stream %d, flags 0" % stream, str(received[:3]))
        if not chat.pushed(received.data).cursor:
            raise Mismatch("a cursor", "none")
        return "a cursor"


@case("server streaming: opened with other flags, or an empty payload, it is served as well")
def server_streaming_odd_flags(server):
    for flags in (0, ttrpc.REMOTE_CLOSED, ttrpc.REMOTE_OPEN):
        with server.connect() as connection:
            stream = connection.start(chat.EVENTS, "Subscribe", b"", flags)
            expect_first_message(connection, stream)
    return "three subscriptions"


@case("server streaming: a client that opened it with remote open may close its side")
def server_streaming_half_close(server):
    with server.connect() as connection:
        stream = connection.start(chat.EVENTS, "Subscribe", b"", ttrpc.REMOTE_OPEN)
        expect_first_message(connection, stream)
        connection.send_frame(stream, ttrpc.DATA, b"", ttrpc.REMOTE_CLOSED | ttrpc.NO_DATA)
        sent = chat.sent(server.send(connection, "after half close").payload)
        while True:
            message = connection.receive_message(stream)
            if message is None or isinstance(message, ttrpc.Status):
                raise Mismatch("the subscription to go on", "its end")
            pushed = chat.pushed(message).message
            if pushed and pushed.message_id == sent.message_id:
                return "events still come"


@case("server streaming: an error is a Response with a status")
def server_streaming_error(server):
    with server.connect() as connection:
        stream = connection.open_stream(
            chat.EVENTS, "Subscribe", chat.subscribe_request(cursor="not a cursor")
        )
        seen = expect_code(connection.receive_response(stream), ttrpc.INVALID_ARGUMENT)
        expect_usable(connection)
        return seen


@case("server streaming: every message sent after the cursor comes, in order")
def server_streaming_order(server):
    with server.connect() as connection, server.connect() as sender:
        stream = connection.open_stream(chat.EVENTS, "Subscribe", chat.subscribe_request())
        expect_first_message(connection, stream)
        sent = [chat.sent(server.send(sender, "event %d" % i).payload) for i in range(50)]
        seen = []
        while len(seen) < len(sent):
            message = connection.receive_message(stream)
            pushed = chat.pushed(message).message
            if pushed:
                seen.append(pushed.message_id)
        if seen != [message.message_id for message in sent]:
            raise Mismatch("the 50 messages in order", "others")
        return "50 messages in order"


@case("deadline: 0 is none, negative is over, 1 ns is over")
def deadlines(server):
    with server.connect() as connection:
        expect_ok(chat.who_am_i(connection, timeout_nano=0))
        expect_ok(chat.who_am_i(connection, timeout_nano=60 * 10**9))
        for timeout in (-1, -(1 << 63)):
            status = chat.who_am_i(connection, timeout_nano=timeout)
            expect_code(status, ttrpc.DEADLINE_EXCEEDED)
        stream = connection.open_stream(chat.EVENTS, "Subscribe", timeout_nano=1)
        expect_code(receive_end(connection, stream), ttrpc.DEADLINE_EXCEEDED)
        expect_ok(chat.who_am_i(connection, timeout_nano=(1 << 63) - 1))
        return expect_usable(connection)


@case("deadline: a stream ends at it, by the server's clock")
def stream_deadline(server):
    with server.connect() as connection:
        start = time.monotonic()
        stream = connection.open_stream(chat.EVENTS, "Subscribe", timeout_nano=300_000_000)
        expect_first_message(connection, stream)
        status = receive_end(connection, stream)
        elapsed = time.monotonic() - start
        expect_code(status, ttrpc.DEADLINE_EXCEEDED)
        if not 0.2 < elapsed < 2:
            raise Mismatch("the end after 0.3 s", "%.2f s" % elapsed)
        return "ended after %.2f s; %s" % (elapsed, expect_usable(connection))


@case("identity: without a token, and with a wrong one, UNAUTHENTICATED")
def no_identity(server):
    with server.connect_anonymously() as connection:
        expect_code(chat.who_am_i(connection), ttrpc.UNAUTHENTICATED)
        wrong = chat.bearer(server.token[:-3] + "abc")
        expect_code(chat.who_am_i(connection, metadata=wrong), ttrpc.UNAUTHENTICATED)
        stream = connection.open_stream(chat.EVENTS, "Subscribe")
        seen = expect_code(connection.receive_response(stream), ttrpc.UNAUTHENTICATED)
        expect_ok(chat.who_am_i(connection, metadata=chat.bearer(server.token)))
        return seen


@case("identity: Authenticate binds the connection, for streams without metadata")
def authenticate(server):
    with server.connect_anonymously() as connection:
        request = wire.bytes_field(1, server.token)
        expect_ok(connection.call(chat.SESSION, "Authenticate", request))
        expect_ok(chat.who_am_i(connection))
        stream = connection.open_stream(chat.EVENTS, "Subscribe")
        expect_first_message(connection, stream)
        return "WhoAmI and Subscribe without metadata"


@case("idempotency: the same key gives the same answer in the same bytes, on any connection")
def idempotency(server):
    key = "conformance-%d" % time.time_ns()
    with server.connect() as first, server.connect() as second:
        once, again = (server.send(c, "once", key=key) for c in (first, second))
        expect_ok(once)
        if once != again:
            raise Mismatch("two equal answers", "two different ones")
        status = server.send(first, "something else", key=key)
        return expect_code(status, 6)
