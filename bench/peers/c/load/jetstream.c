// NATS JetStream: a message is published, and its acknowledgement says that the stream has it.
#define _GNU_SOURCE
#include <stdio.h>

#include "load.h"
#include "nats.h"

static const char stream[] =
    "{\"name\":\"bench\",\"subjects\":[\"jet\"],\"storage\":\"file\",\"retention\":\"limits\","
    "\"discard\":\"old\",\"num_replicas\":1,\"max_consumers\":-1,\"max_msgs\":-1,"
    "\"max_bytes\":-1,\"max_age\":0}";
static uint64_t created;

// Takes the payload of each message there is, which is JSON; fails on one that tells of an error.
static uint64_t take_answers(struct link *l) {
  const char *reply;
  size_t reply_count, header;
  uint64_t count = 0;
  for (size_t size; (size = nats_message(l, &reply, &reply_count, &header)) > 0; count++) {
    const char *payload = (const char *)l->in.bytes + l->in.begin + header;
    if (memmem(payload, size - header, "\"error\"", 7)) {
      fprintf(stderr, "load: %.*s\n", (int)(size - header), payload);
      fail("jetstream answered with an error");
    }
    buffer_take(&l->in, size);
  }
  return count;
}

static void stream_answered(struct link *l) { created += take_answers(l); }

static void create_stream(struct link *l) {
  char text[1024];
  l->received = stream_answered;
  int count = snprintf(text, sizeof text, "PUB $JS.API.STREAM.CREATE.bench inbox.%u %zu\r\n%s\r\n",
      l->index, strlen(stream), stream);
  buffer_append(&l->out, text, (size_t)count);
  link_flush(l);
  links_until(&created, 1);
}

static void greet(struct link *l) {
  nats_connect(l);
  char text[64];
  sprintf(text, "SUB inbox.%u 1\r\n", l->index);
  nats_say(l, text);
  if (created == 0) create_stream(l);
}

static void call(struct link *l, uint64_t number) {
  (void)number;
  char *to = (char *)buffer_reserve(&l->out, options.payload_bytes + 128);
  char *end = to + sprintf(to, "PUB jet inbox.%u %u\r\n", l->index, options.payload_bytes);
  memset(end, 'a', options.payload_bytes);
  memcpy(end + options.payload_bytes, "\r\n", 2);
  l->out.end += (size_t)(end - to) + options.payload_bytes + 2;
}

static void take(struct link *l, answer_handler *answered) {
  for (uint64_t count = take_answers(l); count > 0; count--) answered(l, l->answered);
}

const struct dialect jetstream = {
    .name = "jetstream", .greet = greet, .call = call, .take = take};
