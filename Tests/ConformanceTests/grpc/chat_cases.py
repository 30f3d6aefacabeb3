"""What grpcio finds at a whole server: health, reflection, and calls made of what reflection tells.

    chat_cases.py HOST:PORT TOKEN_OF_AMARA TOKEN_OF_DR_LINDQVIST [CA]     prints PASS or FAIL for each

With a file of authorities it is done over TLS.
"""

from __future__ import annotations

import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

PATIENCE = 60
PACKAGE = "wardline.v1."


class Chat:
    """Calls by the names of their methods, with the messages that reflection describes."""

    def __init__(self, channel: grpc.Channel, token: str) -> None:
        self.channel = channel
        self.metadata = [("authorization", "Bearer " + token)] if token else []
        self.database = ProtoReflectionDescriptorDatabase(channel)
        self.pool = DescriptorPool(self.database)

    def call(self, name: str, fields: dict | None = None, timeout: float = PATIENCE):
        service, method = name.split("/")
        found = self.pool.FindServiceByName(PACKAGE + service).methods_by_name[method]
        request = GetMessageClass(found.input_type)(**(fields or {}))
        answer = GetMessageClass(found.output_type)
        kind = self.channel.unary_stream if found.server_streaming else self.channel.unary_unary
        stub = kind(
            f"/{PACKAGE}{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )
        return stub(request, metadata=self.metadata, timeout=timeout)


def expect(condition: bool, what: object) -> None:
    if not condition:
        raise AssertionError(what)


def health(amara: Chat, _: Chat) -> None:
    stub = health_pb2_grpc.HealthStub(amara.channel)
    for service in ("", "wardline.v1.Messages"):
        answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=PATIENCE)
        expect(answer.status == health_pb2.HealthCheckResponse.SERVING, answer)
    watch = stub.Watch(health_pb2.HealthCheckRequest(), timeout=PATIENCE)
    expect(next(watch).status == health_pb2.HealthCheckResponse.SERVING, "what Watch says")
    watch.cancel()


def reflection(amara: Chat, _: Chat) -> None:
    names = set(amara.database.get_services())
    expect({"wardline.v1.Messages", "grpc.health.v1.Health"} <= names, names)
    for version in ("v1", "v1alpha"):
        stub = amara.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        request = reflection_pb2.ServerReflectionRequest(
            file_containing_symbol="wardline.v1.Messages.Send"
        )
        answers = list(stub(iter([request]), timeout=PATIENCE))
        expect(len(answers) == 1, version)
        expect(answers[0].file_descriptor_response.file_descriptor_proto, version)


def authorization(amara: Chat, _: Chat) -> None:
    stranger = Chat(amara.channel, "")
    for token, code in (("", grpc.StatusCode.UNAUTHENTICATED), ("x", grpc.StatusCode.UNAUTHENTICATED)):
        stranger.metadata = [("authorization", "Bearer " + token)] if token else []
        try:
            stranger.call("Conversations/List")
            raise AssertionError("a stranger was let in")
        except grpc.RpcError as error:
            expect(error.code() == code and error.details(), error)


def session(amara: Chat, _: Chat) -> None:
    """Nobody can sign in for all calls of a connection, which may be many users'."""
    token = amara.metadata[0][1].removeprefix("Bearer ")
    stranger = Chat(amara.channel, "")
    found = []
    for name, fields in (("Session/Authenticate", {"token": token}), ("Session/WhoAmI", {})):
        try:
            stranger.call(name, fields)
        except grpc.RpcError as error:
            found.append(error.code())
    expect(
        found == [grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.UNAUTHENTICATED], found
    )
    expect("amara" in str(amara.call("Session/WhoAmI")), "who she is")


def conversation(amara: Chat, other: Chat) -> None:
    """A message sent twice with one key reaches the other's subscription once."""
    two = {"user_id": "amara", "member_id": "dr-lindqvist"}
    opened = amara.call("Conversations/Create", two).conversation
    events = other.call("Events/Subscribe", {"heartbeat_interval_ms": 1000})
    next(events)
    keys = ["grpc-conversation-1", "grpc-conversation-1", "grpc-conversation-2"]
    for key in keys:
        sent = {
            "conversation_id": opened.conversation_id, "idempotency_key": key,
            "content": "over gRPC " + key[-1],
        }
        amara.call("Messages/Send", sent)
    found = []
    for answer in events:
        text = str(answer)
        found += [line for line in text.splitlines() if "over gRPC" in line]
        if "over gRPC 2" in text:
            break
    events.cancel()
    expect([line.strip()[-2] for line in found] == ["1", "2"], found)


def connected(address: str, authorities: list) -> grpc.Channel:
    if not authorities:
        return grpc.insecure_channel(address)
    with open(authorities[0], "rb") as file:
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()))


def main() -> int:
    cases = [health, reflection, authorization, session, conversation]
    failures = 0
    with connected(sys.argv[1], sys.argv[4:]) as channel:
        amara, other = Chat(channel, sys.argv[2]), Chat(channel, sys.argv[3])
        for case in cases:
            try:
                case(amara, other)
                print("PASS", case.__name__, flush=True)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
                failures += 1
                print("FAIL", case.__name__, repr(error)[:500].replace("\n", " "), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
