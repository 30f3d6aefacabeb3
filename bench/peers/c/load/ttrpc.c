// ttrpc, and frames that are only sent back.
#include <stdio.h>

#include "../frame.h"
#include "load.h"
#include "protobuf.h"

size_t payload_message(uint8_t *to, const void *data, size_t count) {
  return count == 0 ? 0 : put_field(to, 1, data, count);
}

size_t download_message(uint8_t *to) {
  size_t count = put_number(to, 1, options.messages);
  return count + put_number(to + count, 2, options.payload_bytes);
}

struct buffer ttrpc_request(const char *service, const char *method, uint8_t flags,
    const void *payload, size_t count) {
  struct buffer frame = {0};
  uint8_t *start = buffer_reserve(&frame, count + strlen(service) + strlen(method) + 64);
  uint8_t *end = start + FRAME_HEADER_BYTES;
  end += put_field(end, 1, service, strlen(service));
  end += put_field(end, 2, method, strlen(method));
  if (count > 0) end += put_field(end, 3, payload, count);
  frame.end = (size_t)(end - start);
  frame_write_header(
      start, (uint32_t)(frame.end - FRAME_HEADER_BYTES), 1, FRAME_REQUEST, flags);
  return frame;
}

static struct buffer payload_request(const char *service, const char *method) {
  uint8_t *data = malloc(2 * (options.payload_bytes + 16));
  uint8_t *message = data + options.payload_bytes;
  memset(data, 'a', options.payload_bytes);
  size_t count = payload_message(message, data, options.payload_bytes);
  struct buffer frame = ttrpc_request(service, method, 0, message, count);
  free(data);
  return frame;
}

void ttrpc_send(struct link *l, const struct buffer *frame, uint64_t number) {
  uint8_t *to = buffer_reserve(&l->out, buffer_count(frame));
  memcpy(to, frame->bytes, buffer_count(frame));
  uint32_t stream = htonl((uint32_t)(2 * number + 1));
  memcpy(to + 4, &stream, 4);
  l->out.end += buffer_count(frame);
}

static void call(struct link *l, uint64_t number) {
  static struct buffer frame;
  if (!frame.bytes) frame = payload_request(options.service, options.method);
  ttrpc_send(l, &frame, number);
}

static void publish(struct link *l, uint64_t number) {
  static struct buffer frame;
  if (!frame.bytes) frame = payload_request("wardline.bench.v1.Hub", "Publish");
  ttrpc_send(l, &frame, number);
}

static void refuse_failure(const struct frame *f) {
  // A Response without a status begins with its payload, field 2.
  if (f->type == FRAME_RESPONSE && (f->length == 0 || f->data[0] != 0x0a)) return;
  fprintf(stderr, "load: frame of type %u: %.*s\n", f->type,
      (int)(f->length < 200 ? f->length : 200), (const char *)f->data);
  fail("a call failed");
}

static bool next_frame(struct link *l, struct frame *f) {
  if (!frame_read(f, l->in.bytes + l->in.begin, buffer_count(&l->in))) return false;
  // The bytes stay where they are until more is read.
  buffer_take(&l->in, FRAME_HEADER_BYTES + f->length);
  return true;
}

static void bare_take(struct link *l, answer_handler *answered) {
  for (struct frame f; next_frame(l, &f);) answered(l, f.stream / 2);
}

void ttrpc_take(struct link *l, answer_handler *answered) {
  for (struct frame f; next_frame(l, &f);) {
    refuse_failure(&f);
    answered(l, f.stream / 2);
  }
}

static void download(struct link *l, uint64_t number) {
  static struct buffer frame;
  if (!frame.bytes) {
    uint8_t message[32];
    frame = ttrpc_request("wardline.bench.v1.Streams", "Download", FLAG_REMOTE_CLOSED, message,
        download_message(message));
  }
  ttrpc_send(l, &frame, number);
}

static void take_messages(struct link *l, message_handler *messages, answer_handler *ended) {
  uint64_t count = 0;
  for (struct frame f; next_frame(l, &f);) {
    if (f.type != FRAME_DATA) refuse_failure(&f);
    if (!(f.flags & FLAG_NO_DATA)) count++;
    if (f.flags & FLAG_REMOTE_CLOSED) ended(l, f.stream / 2);
  }
  if (count > 0) messages(l, count);
}

static uint64_t subscribed;

static void subscription_began(struct link *l) {
  struct frame f;
  if (!next_frame(l, &f)) return;
  if (f.type != FRAME_DATA) fail("a subscription was refused");
  subscribed++;
}

static void subscribe(struct link *l) {
  struct buffer frame =
      ttrpc_request("wardline.bench.v1.Hub", "Subscribe", FLAG_REMOTE_CLOSED, NULL, 0);
  ttrpc_send(l, &frame, 0);
  buffer_free(&frame);
  l->received = subscription_began;
  link_flush(l);
  links_until(&subscribed, subscribed + 1);
}

static size_t delivery(uint8_t *prefix, size_t *prefix_count) {
  uint8_t *data = calloc(2, options.payload_bytes + 16);
  size_t size = payload_message(data + options.payload_bytes, data, options.payload_bytes);
  free(data);
  frame_write_header(prefix, (uint32_t)size, 1, FRAME_DATA, 0);
  *prefix_count = FRAME_HEADER_BYTES;
  return FRAME_HEADER_BYTES + size;
}

static void greet(struct link *l) { (void)l; }

const struct dialect ttrpc = {.name = "ttrpc",
    .greet = greet,
    .call = call,
    .take = ttrpc_take,
    .download = download,
    .take_messages = take_messages,
    .subscribe = subscribe,
    .publish = publish,
    .delivery = delivery};
const struct dialect bare = {.name = "bare", .greet = greet, .call = call, .take = bare_take};
