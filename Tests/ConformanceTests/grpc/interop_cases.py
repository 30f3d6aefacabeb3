"""What grpcio finds when it calls the interop server: every kind of call and every way to end.

    interop_cases.py HOST:PORT      prints PASS or FAIL for each case, and drains the server at the end
"""

from __future__ import annotations

import os
import sys
import threading

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "peer"))

import interop_messages as messages  # noqa: E402
import protobuf_wire as wire  # noqa: E402

PATIENCE = 60


class Caller:
    """Calls by name, with bytes."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel

    def unary(self, name: str, service: str = messages.INTEROP):
        return self.channel.unary_unary(f"/{service}/{name}")

    def output(self, name: str = "StreamingOutputCall"):
        return self.channel.unary_stream(f"/{messages.INTEROP}/{name}")

    def input(self):
        return self.channel.stream_unary(f"/{messages.INTEROP}/StreamingInputCall")

    def duplex(self):
        return self.channel.stream_stream(f"/{messages.INTEROP}/FullDuplexCall")

    def outcome(self, tag: str) -> int:
        answer = self.unary("Outcome", messages.CONTROL)(messages.tag(tag), timeout=PATIENCE)
        return wire.number(wire.fields(answer), 1)

    def begun(self, tag: str) -> None:
        self.unary("Begun", messages.CONTROL)(messages.tag(tag), timeout=PATIENCE)


def expect(condition: bool, what: object) -> None:
    if not condition:
        raise AssertionError(what)


def status_of(call) -> tuple:
    try:
        call()
    except grpc.RpcError as error:
        return error.code(), error.details()
    return grpc.StatusCode.OK, ""


def empty_unary(caller: Caller) -> None:
    expect(caller.unary("EmptyCall")(b"", timeout=PATIENCE) == b"", "an answer that is not empty")


def large_unary(caller: Caller) -> None:
    request = messages.simple_request(payload=bytes(3_000_000), response_size=3_500_000)
    answer = caller.unary("UnaryCall")(request, timeout=PATIENCE)
    expect(messages.payload_size(answer) == 3_500_000, "the size of the answer")


def too_large(caller: Caller) -> None:
    request = messages.simple_request(payload=bytes(5_000_000))
    code, text = status_of(lambda: caller.unary("UnaryCall")(request, timeout=PATIENCE))
    expect(code == grpc.StatusCode.RESOURCE_EXHAUSTED and "4194304" in text, (code, text))
    empty_unary(caller)


def server_stream(caller: Caller) -> None:
    sizes = [31415, 9, 2653, 58979, 0, 200_000]
    answers = list(caller.output()(messages.output_request(sizes), timeout=PATIENCE))
    expect([messages.payload_size(answer) for answer in answers] == sizes, "the sizes")


def long_stream(caller: Caller) -> None:
    answers = caller.output()(messages.output_request([20_000] * 500), timeout=PATIENCE)
    expect(sum(1 for _ in answers) == 500, "the number of messages")


def client_stream(caller: Caller) -> None:
    sizes = [27182, 8, 1828, 45904, 1_000_000]
    requests = (messages.input_request(bytes(size)) for size in sizes)
    answer = caller.input()(requests, timeout=PATIENCE)
    expect(wire.number(wire.fields(answer), 1) == sum(sizes), "the sum")
    answer = caller.input()(iter(()), timeout=PATIENCE)
    expect(wire.number(wire.fields(answer), 1) == 0, "the sum of nothing")


def ping_pong(caller: Caller) -> None:
    ready = threading.Semaphore(1)
    sizes = [31415, 9, 2653, 58979]

    def requests():
        for size in sizes:
            ready.acquire(timeout=PATIENCE)
            yield messages.output_request([size], bytes(size))

    found = []
    for answer in caller.duplex()(requests(), timeout=PATIENCE):
        found.append(messages.payload_size(answer))
        ready.release()
    expect(found == sizes, found)


def status(caller: Caller) -> None:
    text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP \U0001f608\t\n"
    for code in (2, 5, 9):
        request = messages.simple_request(status=(code, text))
        found = status_of(lambda: caller.unary("UnaryCall")(request, timeout=PATIENCE))
        expect((found[0].value[0], found[1]) == (code, text), found)
    found = status_of(
        lambda: list(caller.output()(messages.output_request([1], status=(10, "x")), timeout=PATIENCE))
    )
    expect(found == (grpc.StatusCode.ABORTED, "x"), found)


def unimplemented(caller: Caller) -> None:
    for service in (messages.INTEROP, messages.UNIMPLEMENTED_SERVICE):
        call = caller.unary("UnimplementedCall", service)
        code, text = status_of(lambda: call(b"", timeout=PATIENCE))
        expect(code == grpc.StatusCode.UNIMPLEMENTED and service in text, (code, text))


def metadata(caller: Caller) -> None:
    sent = [("x-test-initial", "as is"), ("x-test-trace-bin", b"\xab\xab\xab")]
    request = messages.simple_request(echo=[key for key, _ in sent])
    answer = caller.unary("UnaryCall")(request, metadata=sent, timeout=PATIENCE)
    entries = messages.read_entries(wire.fields(answer), 3)
    expect(entries[0] == ("x-test-initial", "as is"), entries)
    expect(entries[1][1].rstrip("=") == "q6ur", entries)


def identity(caller: Caller) -> None:
    request = messages.simple_request(username=True)
    call = caller.unary("UnaryCall")
    answer = call(
        request, metadata=[("authorization", messages.USER_PREFIX + "amara")], timeout=PATIENCE
    )
    expect(wire.text(wire.fields(answer), 2) == "amara", "the user")
    code, _ = status_of(lambda: call(request, timeout=PATIENCE))
    expect(code == grpc.StatusCode.UNAUTHENTICATED, code)


def deadline(caller: Caller) -> None:
    request = messages.simple_request(delay_ms=600_000, tag="deadline")
    code, _ = status_of(lambda: caller.unary("UnaryCall")(request, timeout=0.05))
    expect(code == grpc.StatusCode.DEADLINE_EXCEEDED, code)
    # It may have passed before the handler began; then nobody waits for it.
    request = messages.output_request([1], delay_ms=600_000)
    code, _ = status_of(lambda: list(caller.output()(request, timeout=0.05)))
    expect(code == grpc.StatusCode.DEADLINE_EXCEEDED, code)


def cancellation(caller: Caller) -> None:
    request = messages.simple_request(delay_ms=600_000, tag="cancelled")
    call = caller.unary("UnaryCall").future(request, timeout=600)
    caller.begun("cancelled")
    call.cancel()
    expect(caller.outcome("cancelled") == messages.CANCELLED, "the handler's end")
    stream = caller.output()(messages.output_request([1] * 500, tag="left", delay_ms=100), timeout=600)
    next(stream)
    stream.cancel()
    expect(caller.outcome("left") == messages.CANCELLED, "the stream's end")


def compression(caller: Caller) -> None:
    call = caller.unary("UnaryCall")
    for encoding in (grpc.Compression.Gzip, grpc.Compression.Deflate):
        answer = call(
            messages.simple_request(payload=bytes(1000), response_size=7),
            compression=encoding,
            timeout=PATIENCE,
        )
        expect(messages.payload_size(answer) == 7, encoding)


def many_at_once(caller: Caller) -> None:
    calls = [
        caller.unary("UnaryCall").future(
            messages.simple_request(response_size=size), timeout=PATIENCE
        )
        for size in range(500)
    ]
    sizes = [messages.payload_size(call.result()) for call in calls]
    expect(sizes == list(range(500)), "the sizes")


def slow_reader(caller: Caller) -> None:
    """What is not read holds up its own stream and no other, and is all there in the end."""
    request = messages.output_request([100_000] * 200, tag="slow")
    stream = caller.output()(request, timeout=PATIENCE)
    next(stream)
    large_unary(caller)
    expect(sum(1 for _ in stream) == 199, "the rest")


def drain(caller: Caller) -> None:
    """The call that runs ends well, and the server then ends by itself."""
    request = messages.simple_request(delay_ms=200, tag="last")
    call = caller.unary("UnaryCall").future(request, timeout=PATIENCE)
    caller.begun("last")
    caller.unary("Drain", messages.CONTROL)(b"", timeout=PATIENCE)
    call.result()


CASES = [
    empty_unary, large_unary, too_large, server_stream, long_stream, client_stream, ping_pong, status,
    unimplemented, metadata, identity, deadline, cancellation, compression, many_at_once, slow_reader,
    drain,
]


def main() -> int:
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    failures = 0
    with grpc.insecure_channel(sys.argv[1], options=options) as channel:
        caller = Caller(channel)
        for case in CASES:
            try:
                case(caller)
                print("PASS", case.__name__, flush=True)
            except (AssertionError, grpc.RpcError, StopIteration) as error:
                failures += 1
                print("FAIL", case.__name__, repr(error)[:300].replace("\n", " "), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
