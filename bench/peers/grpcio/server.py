"""The echo and stream services on grpcio, Python's gRPC. Usage: server.py FOLDER_OF_GENERATED_CODE"""

import asyncio
import sys

import grpc

sys.path.insert(0, sys.argv[1])
import echo_pb2_grpc  # noqa: E402
import echo_pb2  # noqa: E402
import streams_pb2  # noqa: E402
import streams_pb2_grpc  # noqa: E402


class Echo(echo_pb2_grpc.EchoServicer):
    async def Inline(self, request, context):
        return echo_pb2.Payload(data=request.data)


class Streams(streams_pb2_grpc.StreamsServicer):
    async def Download(self, request, context):
        payload = echo_pb2.Payload(data=bytes(request.message_bytes))
        for _ in range(request.messages):
            yield payload

    async def Upload(self, requests, context):
        summary = streams_pb2.UploadSummary()
        async for payload in requests:
            summary.messages += 1
            summary.bytes += len(payload.data)
        return summary


async def main():
    server = grpc.aio.server()
    echo_pb2_grpc.add_EchoServicer_to_server(Echo(), server)
    streams_pb2_grpc.add_StreamsServicer_to_server(Streams(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


asyncio.run(main())
