"""What bad input gets, part 1: frames, stream numbers, other protocols."""

from __future__ import annotations

import ttrpc_client as ttrpc
import wardline_calls as chat
from conformance import (
    Mismatch, case, describe, expect_closed, expect_code, expect_first_message, expect_usable,
    receive_end,
)

LIMIT = ttrpc.DATA_LENGTH_MAX
CHUNK = bytes(1 << 16)


def send_oversized(connection, stream: int, type: int, length: int, flags: int = 0) -> None:
    """A header and as many zeros as it declares."""
    connection.send_bytes(ttrpc.frame_header(length, stream, type, flags))
    whole, rest = divmod(length, len(CHUNK))
    for _ in range(whole):
        connection.send_bytes(CHUNK)
    connection.send_bytes(CHUNK[:rest])


@case("data longer than the limit: 4 MiB + 1 in a Request")
def oversized_request(server):
    memory = server.memory()
    with server.connect() as connection:
        for _ in range(5):
            stream = connection.next_stream()
            send_oversized(connection, stream, ttrpc.REQUEST, LIMIT + 1)
            status = connection.receive_response(stream)
            expect_code(status, ttrpc.RESOURCE_EXHAUSTED, naming=[str(LIMIT)])
            expect_usable(connection)
        return describe(status) + "; " + memory.expect_growth_below(2 << 20)


@case("data longer than the limit: 16 MiB - 1, the most that a header can say")
def largest_request(server):
    memory = server.memory()
    with server.connect() as connection:
        for _ in range(5):
            stream = connection.next_stream()
            send_oversized(connection, stream, ttrpc.REQUEST, (16 << 20) - 1)
            status = connection.receive_response(stream)
            expect_code(status, ttrpc.RESOURCE_EXHAUSTED)
            expect_usable(connection)
        return describe(status) + "; " + memory.expect_growth_below(2 << 20)


@case("data longer than the limit: answered before the bytes have come")
def oversized_early_answer(server):
    with server.connect() as connection:
        stream = connection.next_stream()
        connection.send_bytes(ttrpc.frame_header(LIMIT + 1, stream, ttrpc.REQUEST))
        expect_code(connection.receive_response(stream), ttrpc.RESOURCE_EXHAUSTED)
        connection.send_bytes(bytes(LIMIT + 1))
        return expect_usable(connection)


@case("data longer than the limit: Data of a stream that is closed to it ends that stream only")
def oversized_data(server):
    with server.connect() as connection:
        stream = connection.start(chat.EVENTS, "Subscribe", b"", ttrpc.REMOTE_OPEN)
        expect_first_message(connection, stream)
        send_oversized(connection, stream, ttrpc.DATA, LIMIT + 1, ttrpc.NO_DATA)
        seen = expect_code(receive_end(connection, stream), ttrpc.RESOURCE_EXHAUSTED)
        return seen + "; " + expect_usable(connection)


@case("data of 4 MiB - 1 and of exactly 4 MiB is a Request like any other")
def at_the_limit(server):
    memory = server.memory()
    with server.connect() as connection:
        for length in (LIMIT - 1, LIMIT):
            content = length
            while len(request_with_content(server, connection, content)) > length:
                content -= len(request_with_content(server, connection, content)) - length
            stream = connection.next_stream()
            data = request_with_content(server, connection, content)
            if len(data) != length:
                raise ValueError("the case made %d bytes" % len(data))
            connection.send_frame(stream, ttrpc.REQUEST, data)
            status = connection.receive_response(stream)
            seen = expect_code(status, ttrpc.INVALID_ARGUMENT, naming=["content"])
            expect_usable(connection)
        return seen + "; " + memory.expect_growth_below(64 << 20)


def request_with_content(server, connection, content_length: int) -> bytes:
    payload = chat.send_request(b"a" * content_length, recipient=server.recipient)
    return ttrpc.encode_request(chat.MESSAGES, "Send", payload, connection.metadata)


@case("even or zero stream id on a Request")
def even_stream_id(server):
    with server.connect() as connection:
        for stream in (0, 2, 4, 0x80000000, 0xFFFFFFFE):
            connection.send_bytes(connection.request_frame(stream, chat.SESSION, "WhoAmI"))
            seen = expect_code(connection.receive_response(stream), ttrpc.INVALID_ARGUMENT)
            expect_usable(connection)
        return seen


@case("stream id not above the last one")
def reused_stream_id(server):
    with server.connect() as connection:
        connection.skip_to(9)
        expect_usable(connection)
        for stream in (1, 7, 9):
            connection.send_bytes(connection.request_frame(stream, chat.SESSION, "WhoAmI"))
            seen = expect_code(connection.receive_response(stream), ttrpc.INVALID_ARGUMENT)
            expect_usable(connection)
        return seen


@case("stream id not above the last one: the stream that runs under it goes on")
def reused_running_stream_id(server):
    with server.connect() as connection:
        stream = connection.open_stream(chat.EVENTS, "Subscribe")
        expect_first_message(connection, stream)
        connection.send_bytes(connection.request_frame(stream, chat.EVENTS, "Subscribe"))
        seen = expect_code(receive_end(connection, stream), ttrpc.INVALID_ARGUMENT)
        return seen + "; " + expect_usable(connection, besides=[stream])


@case("Data for a stream that has ended is dropped")
def data_after_end(server):
    with server.connect() as connection:
        stream = connection.start(chat.SESSION, "WhoAmI")
        connection.receive_response(stream)
        for flags in range(8):
            connection.send_frame(stream, ttrpc.DATA, b"late", flags)
            connection.send_frame(stream, ttrpc.DATA, b"", flags)
        return expect_usable(connection)


@case("Data for a stream never opened")
def data_before_request(server):
    with server.connect() as connection:
        for stream in (1, 77, 0xFFFFFFFF):
            connection.send_frame(stream, ttrpc.DATA, b"early")
            seen = expect_code(connection.receive_response(stream), ttrpc.INVALID_ARGUMENT)
        return seen + "; " + expect_usable(connection)


@case("Data after remote closed ends that stream and its handler")
def data_after_remote_closed(server):
    with server.connect() as connection:
        for flags in (0, ttrpc.REMOTE_CLOSED, ttrpc.REMOTE_CLOSED | ttrpc.NO_DATA):
            stream = connection.open_stream(chat.EVENTS, "Subscribe")
            expect_first_message(connection, stream)
            connection.send_frame(stream, ttrpc.DATA, b"", flags)
            seen = expect_code(receive_end(connection, stream), ttrpc.INVALID_ARGUMENT)
            # An event for the subscriber, who must not hear of it any more.
            server.send(connection, "after the end")
            expect_usable(connection)
        return seen


@case("Data on a running unary call ends it")
def data_on_unary_call(server):
    codes = []
    with server.connect() as connection:
        for attempt in range(20):
            stream = connection.next_stream()
            payload = chat.send_request("data on unary", recipient=server.recipient)
            connection.send_bytes(
                connection.request_frame(stream, chat.MESSAGES, "Send", payload)
                + ttrpc.frame(stream, ttrpc.DATA, b"more")
            )
            # The call may have been answered already, in which case the Data is dropped.
            status = connection.receive_response(stream)
            codes.append(status.code)
            expect_code(status, ttrpc.INVALID_ARGUMENT, ttrpc.OK)
            expect_usable(connection)
        if ttrpc.INVALID_ARGUMENT not in codes:
            raise Mismatch("INVALID_ARGUMENT at least once in 20 calls", "OK each time")
        return "%d of 20 calls ended" % codes.count(ttrpc.INVALID_ARGUMENT)


@case("Response from a client is ignored")
def response_from_client(server):
    with server.connect() as connection:
        for stream in (1, 3, 99):
            connection.send_frame(stream, ttrpc.RESPONSE, b"\x0a\x02\x08\x05")
        expect_usable(connection)
        stream = connection.open_stream(chat.EVENTS, "Subscribe")
        expect_first_message(connection, stream)
        connection.send_frame(stream, ttrpc.RESPONSE)
        return expect_usable(connection, besides=[stream])


@case("unknown frame type on an odd stream id is ignored")
def unknown_frame_type(server):
    with server.connect() as connection:
        for type in (0, 4, 5, 0x10, 0x11, 0x12, 0x13, 0x7F, 0xFF):
            for flags in (0, 0xFF):
                connection.send_frame(1, type, b"\0\0\0\0", flags)
                connection.send_frame(99, type, b"", flags)
        return expect_usable(connection)


def _foreign(name: str, first_bytes: bytes):
    @case("first byte not 0: " + name)
    def foreign_protocol(server):
        with server.connect() as connection:
            connection.send_bytes(first_bytes)
            return expect_closed(connection, 2)


_foreign("HTTP/1.1", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
_foreign("an HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
_foreign("a TLS hello", b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03")
_foreign("one byte of 0xff", b"\xff")
_foreign("a length of 16 MiB", ttrpc.frame_header(1 << 24, 1, ttrpc.REQUEST))
_foreign("a length of 4 GiB - 1", ttrpc.frame_header(0xFFFFFFFF, 1, ttrpc.REQUEST))


@case("first byte not 0: after good frames, which are answered first")
def foreign_protocol_later(server):
    with server.connect() as connection:
        stream = connection.next_stream()
        connection.send_bytes(connection.request_frame(stream, chat.SESSION, "WhoAmI") + b"GET /")
        said = connection.wait_until_closed(2)
        if [frame.stream for frame in said] != [stream]:
            raise Mismatch("one answer, then the end", "%d answers" % len(said))
        return "answered, then closed"
