// Fan-out: a published message is packed once and copied to every subscriber.
#include "ttrpc-call.h"

struct subscription {
  struct connection *connection;
  uint32_t stream;
};

static struct subscription *subscriptions;
static size_t count, capacity;

void hub_subscribe(const struct call *call) {
  if (!decode(call, &wardline__bench__v1__subscribe_request__descriptor)) return;
  if (count == capacity) {
    capacity = capacity ? 2 * capacity : 64;
    subscriptions = realloc(subscriptions, capacity * sizeof *subscriptions);
    if (!subscriptions) abort();
  }
  subscriptions[count++] =
      (struct subscription){.connection = call->connection, .stream = call->stream};
  Wardline__Bench__V1__Payload ready = WARDLINE__BENCH__V1__PAYLOAD__INIT;
  append_data(&call->connection->out, call->stream, &ready.base);
}

void hub_publish(const struct call *call) {
  Wardline__Bench__V1__Payload *payload = decode(call, &wardline__bench__v1__payload__descriptor);
  if (!payload) return;
  static struct buffer frame;
  frame.begin = frame.end = 0;
  append_data(&frame, 0, &payload->base);
  for (size_t i = 0; i < count; i++) {
    struct connection *c = subscriptions[i].connection;
    frame_write_header(frame.bytes, (uint32_t)(frame.end - FRAME_HEADER_BYTES),
        subscriptions[i].stream, FRAME_DATA, 0);
    buffer_append(&c->out, frame.bytes, frame.end);
    loop_flush_later(c);
  }
  Wardline__Bench__V1__PublishReply reply = WARDLINE__BENCH__V1__PUBLISH_REPLY__INIT;
  reply.subscriptions = (uint32_t)count;
  answer(call, &reply.base);
}

void hub_closed(struct connection *c) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (subscriptions[i].connection != c) subscriptions[kept++] = subscriptions[i];
  }
  count = kept;
}
