"""The few calls of the chat that the conformance and fault tests make.

Field numbers are those of proto/wardline/v1.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

import protobuf_wire as wire
from ttrpc_client import Connection, Status

SESSION, MESSAGES, EVENTS = "wardline.v1.Session", "wardline.v1.Messages", "wardline.v1.Events"

CONTENT_BYTES_MAX = 16 * 1024
KEY_BYTES_MAX = 128


class Sent(NamedTuple):
    message_id: str
    conversation_id: str
    sequence: int


class Stored(NamedTuple):
    message_id: str
    sequence: int
    content: str


class Pushed(NamedTuple):
    """One message of a subscription; `message` is there if it tells of a new one."""

    cursor: str
    is_event: bool
    conversation_id: str
    message: Optional[Stored]
    caught_up: bool
    ended: bool


def bearer(token: str):
    return (("authorization", "Bearer " + token),)


def send_request(content, recipient: str = "", conversation: str = "", key: str = "") -> bytes:
    return (
        wire.text_field(1, conversation)
        + wire.text_field(2, recipient)
        + wire.bytes_field(4, content)
        + wire.text_field(5, key)
    )


def sent(payload: bytes) -> Sent:
    message = wire.fields(payload)
    return Sent(wire.text(message, 1), wire.text(message, 2), wire.number(message, 3))


def _stored(data: bytes) -> Stored:
    message = wire.fields(data)
    return Stored(wire.text(message, 1), wire.number(message, 3), wire.text(message, 7))


def who_am_i(connection: Connection, **options) -> Status:
    return connection.call(SESSION, "WhoAmI", **options)


def user_id(status: Status) -> str:
    return wire.text(wire.fields(wire.data(wire.fields(status.payload), 1)), 1)


def list_messages(connection: Connection, conversation: str) -> list[Stored]:
    """All messages of a conversation, read page by page from the first one."""
    found: list[Stored] = []
    while True:
        position = wire.varint_field(3, found[-1].sequence) if found else wire.varint_field(5, 1)
        page = wire.bytes_field(1, conversation) + position + wire.varint_field(4, 200)
        status = connection.call(MESSAGES, "List", page)
        if not status.is_ok:
            raise RuntimeError("List: %d %s" % (status.code, status.message))
        answer = wire.fields(status.payload)
        found += [_stored(message) for message in answer.get(1, [])]
        if not wire.number(answer, 2):
            return found


def subscribe_request(cursor: str = "", from_start: bool = False, heartbeat_ms: int = 0) -> bytes:
    return (
        wire.text_field(1, cursor)
        + wire.varint_field(2, int(from_start))
        + wire.varint_field(3, heartbeat_ms)
    )


def pushed(data: bytes) -> Pushed:
    message = wire.fields(data)
    event = wire.fields(wire.data(message, 2))
    created = event.get(4)
    heartbeat = wire.fields(wire.data(message, 3))
    return Pushed(
        cursor=wire.text(message, 1),
        is_event=2 in message,
        conversation_id=wire.text(event, 1),
        message=_stored(created[-1]) if created else None,
        caught_up=bool(wire.number(heartbeat, 2)),
        ended=4 in message,
    )
