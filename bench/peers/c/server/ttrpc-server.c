// A ttrpc server without any luxury: the honest limit for one that decodes what it gets.
#include "ttrpc-call.h"

struct method {
  const char *service, *name;
  void (*run)(const struct call *);
};

static const struct method methods[] = {
    {"wardline.bench.v1.Echo", "Inline", echo_unary},
    {"wardline.bench.v1.Streams", "Download", streams_download},
    {"wardline.bench.v1.Streams", "Upload", streams_upload},
    {"wardline.bench.v1.Hub", "Publish", hub_publish},
    {"wardline.bench.v1.Hub", "Subscribe", hub_subscribe},
};

static const struct method *find(const char *service, const char *name) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    if (strcmp(methods[i].name, name) == 0 && strcmp(methods[i].service, service) == 0) {
      return &methods[i];
    }
  }
  return NULL;
}

static void answer_packed(struct connection *c, uint32_t stream, const Ttrpc__Response *response) {
  size_t size = ttrpc__response__get_packed_size(response);
  uint8_t *bytes = buffer_reserve(&c->out, FRAME_HEADER_BYTES + size);
  frame_write_header(bytes, (uint32_t)size, stream, FRAME_RESPONSE, 0);
  ttrpc__response__pack(response, bytes + FRAME_HEADER_BYTES);
  c->out.end += FRAME_HEADER_BYTES + size;
}

void answer(const struct call *call, const ProtobufCMessage *message) {
  Ttrpc__Response response = TTRPC__RESPONSE__INIT;
  response.payload.len = protobuf_c_message_get_packed_size(message);
  response.payload.data = arena_take(response.payload.len);
  protobuf_c_message_pack(message, response.payload.data);
  answer_packed(call->connection, call->stream, &response);
}

void answer_error(struct connection *c, uint32_t stream, int code, const char *text) {
  Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;
  status.code = code;
  status.message = (char *)text;
  Ttrpc__Response response = TTRPC__RESPONSE__INIT;
  response.status = &status;
  answer_packed(c, stream, &response);
}

void append_data(struct buffer *to, uint32_t stream, const ProtobufCMessage *message) {
  size_t size = protobuf_c_message_get_packed_size(message);
  uint8_t *bytes = buffer_reserve(to, FRAME_HEADER_BYTES + size);
  frame_write_header(bytes, (uint32_t)size, stream, FRAME_DATA, 0);
  protobuf_c_message_pack(message, bytes + FRAME_HEADER_BYTES);
  to->end += FRAME_HEADER_BYTES + size;
}

void append_end(struct buffer *to, uint32_t stream) {
  uint8_t *bytes = buffer_reserve(to, FRAME_HEADER_BYTES);
  frame_write_header(bytes, 0, stream, FRAME_DATA, FLAG_REMOTE_CLOSED | FLAG_NO_DATA);
  to->end += FRAME_HEADER_BYTES;
}

void *decode(const struct call *call, const ProtobufCMessageDescriptor *type) {
  void *message =
      protobuf_c_message_unpack(type, &arena_allocator, call->payload.len, call->payload.data);
  if (!message) {
    answer_error(
        call->connection, call->stream, CODE_INVALID_ARGUMENT, "the message does not decode");
  }
  return message;
}

void echo_unary(const struct call *call) {
  Wardline__Bench__V1__Payload *payload = decode(call, &wardline__bench__v1__payload__descriptor);
  if (payload) answer(call, &payload->base);
}

static void request(struct connection *c, const struct frame *f) {
  Ttrpc__Request *request = ttrpc__request__unpack(&arena_allocator, f->length, f->data);
  if (!request) {
    answer_error(c, f->stream, CODE_INVALID_ARGUMENT, "the request does not decode");
    return;
  }
  const struct method *method = find(request->service, request->method);
  if (!method) {
    answer_error(c, f->stream, CODE_UNIMPLEMENTED, "no such method");
    return;
  }
  struct call call = {
      .connection = c, .stream = f->stream, .flags = f->flags, .payload = request->payload};
  method->run(&call);
}

static bool received(struct connection *c) {
  struct frame f;
  while (frame_read(&f, c->in.bytes + c->in.begin, buffer_count(&c->in))) {
    if (f.type == FRAME_REQUEST) {
      request(c, &f);
    } else if (f.type == FRAME_DATA && !streams_data(c, &f)) {
      answer_error(c, f.stream, CODE_INVALID_ARGUMENT, "no such stream");
    }
    arena_reset();
    buffer_take(&c->in, FRAME_HEADER_BYTES + f.length);
  }
  return f.length <= FRAME_DATA_MAX;
}

static void closed(struct connection *c) {
  streams_closed(c);
  hub_closed(c);
}

int main(void) {
  static const struct protocol ttrpc = {
      .received = received, .refill = streams_refill, .closed = closed};
  return loop_serve(&ttrpc);
}
