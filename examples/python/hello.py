"""hello.py ADDRESS USER: sends a message to somebody over gRPC, and prints what the two have written.

The messages' types come from the server by reflection: nothing is generated.
"""

import os
import sys
import time

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

address, user = sys.argv[1:]
channel = grpc.insecure_channel(address)
pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
metadata = [("authorization", "Bearer " + os.environ["WARDLINE_TOKEN"])]


def call(service, method, **fields):
    found = pool.FindServiceByName("wardline.v1." + service).methods_by_name[method]
    request = GetMessageClass(found.input_type)(**fields)
    stub = channel.unary_unary(
        f"/wardline.v1.{service}/{method}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=GetMessageClass(found.output_type).FromString,
    )
    return stub(request, metadata=metadata, timeout=10)


# The same key within a minute: run twice, the message is there once.
key = f"hello-python-{int(time.time()) // 60}"
sent = call(
    "Messages", "Send", recipient_id=user, content="Hello from Python", idempotency_key=key
)
for message in call("Messages", "List", conversation_id=sent.conversation_id).messages:
    print(f"{message.sender.user_id}: {message.content}")
