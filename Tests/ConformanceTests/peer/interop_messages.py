"""The messages of Tests/InteropProtos/interop.proto, by field number."""

from __future__ import annotations

from typing import NamedTuple

import protobuf_wire as wire

INTEROP, CONTROL = "wardline.interop.v1.Interop", "wardline.interop.v1.Control"
UNIMPLEMENTED_SERVICE = "wardline.interop.v1.Unimplemented"
COMPLETED, FAILED, CANCELLED = 1, 2, 3
USER_PREFIX = "Bearer interop-"


def echo_status(code: int, message: str) -> bytes:
    return wire.varint_field(1, code) + wire.text_field(2, message)


def _status_field(number: int, status) -> bytes:
    return wire.bytes_field(number, echo_status(*status)) if status else b""


def simple_request(
    payload=b"", response_size=0, status=None, echo=(), username=False, delay_ms=0, tag=""
) -> bytes:
    return (
        (wire.bytes_field(1, payload) if payload else b"")
        + wire.varint_field(2, response_size)
        + _status_field(3, status)
        + b"".join(wire.text_field(4, key) for key in echo)
        + wire.varint_field(5, int(username))
        + wire.varint_field(6, delay_ms)
        + wire.text_field(7, tag)
    )


def output_request(sizes=(), payload=b"", status=None, echo=(), tag="", delay_ms=0) -> bytes:
    parameters = (
        wire.varint_field(1, size) + wire.varint_field(2, delay_ms) for size in sizes
    )
    return (
        b"".join(wire.bytes_field(1, one) for one in parameters)
        + (wire.bytes_field(2, payload) if payload else b"")
        + _status_field(3, status)
        + b"".join(wire.text_field(4, key) for key in echo)
        + wire.text_field(5, tag)
    )


def input_request(payload=b"", tag="") -> bytes:
    return (wire.bytes_field(1, payload) if payload else b"") + wire.text_field(2, tag)


def tag(name: str) -> bytes:
    return wire.text_field(1, name)


def metadata_entries(number: int, entries) -> bytes:
    return b"".join(
        wire.bytes_field(number, wire.text_field(1, key) + wire.text_field(2, value))
        for key, value in entries
    )


def read_entries(message: dict, number: int) -> list:
    entries = map(wire.fields, message.get(number, []))
    return [(wire.text(entry, 1), wire.text(entry, 2)) for entry in entries]


class Request(NamedTuple):
    """What SimpleRequest and StreamingOutputRequest have in common, under one name."""

    sizes: list
    delays_ms: list
    status: tuple
    echo: list
    username: bool
    tag: str


def _read_status(message: dict) -> tuple:
    status = wire.fields(wire.data(message, 3))
    return wire.number(status, 1), wire.text(status, 2)


def read_simple_request(data: bytes) -> Request:
    message = wire.fields(data)
    return Request(
        [wire.number(message, 2)], [wire.number(message, 6)], _read_status(message),
        [key.decode() for key in message.get(4, [])], bool(wire.number(message, 5)),
        wire.text(message, 7),
    )


def read_output_request(data: bytes) -> Request:
    message = wire.fields(data)
    parameters = [wire.fields(one) for one in message.get(1, [])]
    return Request(
        [wire.number(one, 1) for one in parameters], [wire.number(one, 2) for one in parameters],
        _read_status(message), [key.decode() for key in message.get(4, [])], False,
        wire.text(message, 5),
    )


def payload_size(response: bytes) -> int:
    return len(wire.data(wire.fields(response), 1))
