"""What bad input gets, part 2: Requests and payloads that cannot be read, and limits of fields."""

from __future__ import annotations

import protobuf_wire as wire
import ttrpc_client as ttrpc
import wardline_calls as chat
from conformance import Mismatch, case, describe, expect_code, expect_usable

METADATA_ENTRIES_MAX, METADATA_BYTES_MAX = 64, 8 << 10


def answer_to(connection, data: bytes):
    """The answer to a Request frame with that data."""
    stream = connection.next_stream()
    connection.send_frame(stream, ttrpc.REQUEST, data)
    return connection.receive_response(stream)


@case("Request that does not decode")
def undecodable_request(server):
    good = ttrpc.encode_request(chat.SESSION, "WhoAmI", b"", chat.bearer(server.token))
    bad = {
        "random bytes": b"\xff" * 40,
        "cut inside a field": good[:-1],
        "a length beyond the end": b"\x0a\xff\xff\xff\xff\x07a",
        "field number 0": b"\x02\x00",
        "a group": b"\x0b\x0c",
        "an endless varint": b"\x20" + b"\x80" * 11,
        "a string field as a varint": b"\x08\x01",
    }
    with server.connect() as connection:
        for name, data in bad.items():
            try:
                seen = expect_code(answer_to(connection, data), ttrpc.INVALID_ARGUMENT)
            except Mismatch as mismatch:
                raise Mismatch("for %s: INVALID_ARGUMENT" % name, str(mismatch)) from mismatch
            expect_usable(connection)
        return "%d ways; %s" % (len(bad), seen)


@case("Request that is empty names no service")
def empty_request(server):
    with server.connect() as connection:
        status = answer_to(connection, b"")
        expect_usable(connection)
        return expect_code(status, ttrpc.UNIMPLEMENTED, ttrpc.INVALID_ARGUMENT)


@case("payload that does not decode: the message type is named")
def undecodable_payload(server):
    with server.connect() as connection:
        for payload in (b"\xff" * 9, b"\x0a\x05a", b"\x22\xff\xff\xff\xff\x07a"):
            status = connection.call(chat.MESSAGES, "Send", payload)
            expect_code(status, ttrpc.INVALID_ARGUMENT, naming=["SendMessageRequest"])
            expect_usable(connection)
        stream = connection.open_stream(chat.EVENTS, "Subscribe", b"\xff")
        status = connection.receive_response(stream)
        expect_code(status, ttrpc.INVALID_ARGUMENT, naming=["SubscribeRequest"])
        return describe(status) + "; " + expect_usable(connection)


NOT_TEXT = {
    "a lone continuation byte": b"a\x80",
    "a surrogate": b"\xed\xa0\x80",
    "an overlong form": b"\xc0\xaf",
    "beyond U+10FFFF": b"\xf4\x90\x80\x80",
    "cut inside a character": b"\xe2\x82",
    "U+0000 inside": b"adm\0in",
    "U+0000 at the end": b"admin\0",
    "U+0000 alone": b"\0",
}


@case("a string in the payload that is not UTF-8 or holds U+0000: the message type is named")
def payload_not_text(server):
    with server.connect() as connection:
        for name, value in NOT_TEXT.items():
            in_content = wire.bytes_field(2, server.recipient) + wire.bytes_field(4, value)
            in_recipient = wire.bytes_field(2, value) + wire.bytes_field(4, "text")
            good = chat.send_request("text", recipient=server.recipient)
            in_key = good + wire.bytes_field(5, value)
            for payload in (in_content, in_recipient, in_key):
                status = connection.call(chat.MESSAGES, "Send", payload)
                try:
                    expect_code(status, ttrpc.INVALID_ARGUMENT, naming=["SendMessageRequest"])
                except Mismatch as mismatch:
                    raise Mismatch("a refusal of " + name, str(mismatch)) from mismatch
        return describe(status) + "; " + expect_usable(connection)


@case("a string in the Request that is not UTF-8 or holds U+0000")
def request_not_text(server):
    with server.connect() as connection:
        for name, value in NOT_TEXT.items():
            metadata = connection.metadata
            service = chat.SESSION.encode() + value
            requests = {
                "service": ttrpc.encode_request(service, "WhoAmI", b"", metadata),
                "method": ttrpc.encode_request(chat.SESSION, b"WhoAmI" + value, b"", metadata),
                "key": ttrpc.encode_request(
                    chat.SESSION, "WhoAmI", b"", metadata + ((b"x" + value, "v"),)
                ),
                "value": ttrpc.encode_request(
                    chat.SESSION, "WhoAmI", b"", metadata + (("x", value),)
                ),
            }
            for place, data in requests.items():
                try:
                    expect_code(answer_to(connection, data), ttrpc.INVALID_ARGUMENT)
                except Mismatch as mismatch:
                    raise Mismatch("a refusal of %s in %s" % (name, place), str(mismatch))
        return expect_usable(connection)


@case("service or method unknown: it is named")
def unknown_names(server):
    with server.connect() as connection:
        for service, method, named in (
            ("no.such.Service", "Send", "no.such.Service"),
            (chat.MESSAGES, "NoSuchMethod", "NoSuchMethod"),
            (chat.MESSAGES, "send", "send"),
            (chat.MESSAGES.lower(), "Send", "wardline.v1.messages"),
            ("/" + chat.MESSAGES, "Send", "Messages"),
            ("Messages", "Send", "Messages"),
        ):
            status = connection.call(service, method)
            seen = expect_code(status, ttrpc.UNIMPLEMENTED, naming=[named])
            expect_usable(connection)
        stream = connection.open_stream(chat.EVENTS, "NoSuchStream")
        expect_code(connection.receive_response(stream), ttrpc.UNIMPLEMENTED)
        status = connection.call("s" * 100_000, "m")
        expect_code(status, ttrpc.UNIMPLEMENTED)
        if len(status.message) > 4096:
            raise Mismatch("a short message", "%d bytes" % len(status.message))
        return seen


@case("more than 64 metadata entries")
def metadata_entries(server):
    with server.connect() as connection:
        room = METADATA_ENTRIES_MAX - len(connection.metadata)
        for count, code in ((room, ttrpc.OK), (room + 1, ttrpc.INVALID_ARGUMENT)):
            metadata = connection.metadata + (("k", "v"),) * count
            seen = expect_code(chat.who_am_i(connection, metadata=metadata), code)
            expect_usable(connection)
        return seen


@case("more than 8 KiB of metadata")
def metadata_bytes(server):
    with server.connect() as connection:
        used = sum(len(key) + len(value) for key, value in connection.metadata)
        room = METADATA_BYTES_MAX - used - 1
        for count, code in ((room, ttrpc.OK), (room + 1, ttrpc.INVALID_ARGUMENT)):
            metadata = connection.metadata + (("k", "v" * count),)
            seen = expect_code(chat.who_am_i(connection, metadata=metadata), code)
            expect_usable(connection)
        return seen


@case("a message field longer than its limit: field and limit are named")
def field_limits(server):
    with server.connect() as connection:
        longest = "a" * chat.CONTENT_BYTES_MAX
        expect_code(server.send(connection, longest), ttrpc.OK)
        status = server.send(connection, longest + "a")
        limit = str(chat.CONTENT_BYTES_MAX)
        expect_code(status, ttrpc.INVALID_ARGUMENT, naming=["content", limit])
        two_bytes = "\u00e9" * (chat.CONTENT_BYTES_MAX // 2)
        expect_code(server.send(connection, two_bytes), ttrpc.OK)
        expect_code(server.send(connection, two_bytes + "a"), ttrpc.INVALID_ARGUMENT)
        key = "k" * chat.KEY_BYTES_MAX
        status = server.send(connection, "text", key=key + "k")
        limit = str(chat.KEY_BYTES_MAX)
        expect_code(status, ttrpc.INVALID_ARGUMENT, naming=["idempotency_key", limit])
        return describe(status) + "; " + expect_usable(connection)


@case("unknown fields in a Request and in a payload do no harm")
def unknown_fields(server):
    unknown = wire.varint_field(99, 7) + wire.bytes_field(100, b"\xff\0") + b"\xad\x06abcd"
    with server.connect() as connection:
        data = ttrpc.encode_request(chat.SESSION, "WhoAmI", unknown, connection.metadata) + unknown
        return expect_code(answer_to(connection, data), ttrpc.OK)
