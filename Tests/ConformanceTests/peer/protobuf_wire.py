"""The protobuf wire format, as far as ttrpc and the chat's messages need it.

Messages are written field by field with `varint_field` and `bytes_field`, and read back as a
dictionary from field number to the list of its values.
"""

from __future__ import annotations

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


class Malformed(Exception):
    """Bytes that are no protobuf message."""


def varint(value: int) -> bytes:
    """Negative numbers take ten bytes, as int32 and int64 do."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def varint_field(number: int, value: int) -> bytes:
    return varint(number << 3 | VARINT) + varint(value) if value else b""


def bytes_field(number: int, value: bytes | str) -> bytes:
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | LENGTH) + varint(len(value)) + value


def text_field(number: int, value: str) -> bytes:
    """An empty text is not on the wire."""
    return bytes_field(number, value) if value else b""


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed("varint")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value & (1 << 64) - 1, at


def _read_value(data: bytes, at: int, wire_type: int) -> tuple[object, int]:
    if wire_type == VARINT:
        return _read_varint(data, at)
    if wire_type == LENGTH:
        length, at = _read_varint(data, at)
        end = at + length
    elif wire_type == FIXED64:
        end = at + 8
    elif wire_type == FIXED32:
        end = at + 4
    else:
        raise Malformed("wire type %d" % wire_type)
    if end > len(data):
        raise Malformed("the message ends inside a field")
    return data[at:end], end


def fields(data: bytes) -> dict[int, list]:
    """Every field of a message: integers for varints, bytes for the rest."""
    found: dict[int, list] = {}
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        if tag >> 3 == 0:
            raise Malformed("field number 0")
        value, at = _read_value(data, at, tag & 7)
        found.setdefault(tag >> 3, []).append(value)
    return found


def number(message: dict[int, list], field: int) -> int:
    """A signed integer; the last one counts, 0 if there is none."""
    value = message.get(field, [0])[-1]
    return value - (1 << 64) if value >> 63 else value


def data(message: dict[int, list], field: int) -> bytes:
    return message.get(field, [b""])[-1]


def text(message: dict[int, list], field: int) -> str:
    return data(message, field).decode()
