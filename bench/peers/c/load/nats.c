// NATS: a request that travels through the server to a responder, whose answer travels back, and
// publish to subscribe. The responder is a connection of this program.
#include <stdio.h>

#include "load.h"
#include "nats.h"

static uint64_t pongs;
static struct link *responder;

// Takes INFO, PING, PONG and +OK lines from the front. True: a MSG stands there.
static bool skip_to_message(struct link *l) {
  while (buffer_count(&l->in) > 0) {
    const char *bytes = (const char *)l->in.bytes + l->in.begin;
    if (bytes[0] == 'M') return true;
    const char *end = memchr(bytes, '\n', buffer_count(&l->in));
    if (!end) return false;
    if (bytes[0] == '-') fail("nats answered with an error");
    if (strncmp(bytes, "PONG", 4) == 0) pongs++;
    if (strncmp(bytes, "PING", 4) == 0) buffer_append(&l->out, "PONG\r\n", 6);
    buffer_take(&l->in, (size_t)(end - bytes) + 1);
  }
  return false;
}

static void skip(struct link *l) { skip_to_message(l); }

void nats_say(struct link *l, const char *text) {
  buffer_append(&l->out, text, strlen(text));
  buffer_append(&l->out, "PING\r\n", 6);
  l->received = skip;
  link_flush(l);
  links_until(&pongs, pongs + 1);
}

void nats_connect(struct link *l) {
  nats_say(l, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n");
}

size_t nats_message(struct link *l, const char **reply, size_t *reply_count, size_t *header) {
  if (!skip_to_message(l)) return 0;
  const char *bytes = (const char *)l->in.bytes + l->in.begin;
  const char *end = memchr(bytes, '\n', buffer_count(&l->in));
  if (!end) return 0;
  const char *number = end - 1;
  while (number[-1] != ' ') number--;
  const char *word = number - 1;
  while (word[-1] != ' ') word--;
  *reply = word;
  *reply_count = (size_t)(number - 1 - word);
  *header = (size_t)(end - bytes) + 1;
  size_t size = *header + strtoul(number, NULL, 10) + 2;
  return buffer_count(&l->in) >= size ? size : 0;
}

static void respond(struct link *l) {
  const char *reply;
  size_t reply_count, header, size;
  while ((size = nats_message(l, &reply, &reply_count, &header)) > 0) {
    char *to = (char *)buffer_reserve(&l->out, size + reply_count + 32);
    char *end = to + sprintf(to, "PUB %.*s %zu\r\n", (int)reply_count, reply, size - header - 2);
    memcpy(end, l->in.bytes + l->in.begin + header, size - header);
    l->out.end += (size_t)(end - to) + size - header;
    buffer_take(&l->in, size);
  }
}

static void greet(struct link *l) {
  if (!responder) {
    responder = link_open(1000000, skip);
    nats_connect(responder);
    nats_say(responder, "SUB echo 1\r\n");
    responder->received = respond;
  }
  nats_connect(l);
  char text[64];
  sprintf(text, "SUB inbox.%u 1\r\n", l->index);
  nats_say(l, text);
}

static void put(struct link *l, const char *subject, const char *reply) {
  char *to = (char *)buffer_reserve(&l->out, options.payload_bytes + 128);
  char *end = to + sprintf(to, "PUB %s %s%u\r\n", subject, reply, options.payload_bytes);
  memset(end, 'a', options.payload_bytes);
  end += options.payload_bytes;
  memcpy(end, "\r\n", 2);
  l->out.end += (size_t)(end - to) + 2;
}

static void call(struct link *l, uint64_t number) {
  (void)number;
  char reply[32];
  sprintf(reply, "inbox.%u ", l->index);
  put(l, "echo", reply);
}

static void take(struct link *l, answer_handler *answered) {
  const char *reply;
  size_t reply_count, header;
  for (size_t size; (size = nats_message(l, &reply, &reply_count, &header)) > 0;) {
    buffer_take(&l->in, size);
    answered(l, l->answered);
  }
}

// The server asks now and then whether we are there.
static bool interlude(struct link *l) {
  size_t before = buffer_count(&l->in);
  skip_to_message(l);
  return buffer_count(&l->in) < before;
}

static void subscribe(struct link *l) {
  nats_connect(l);
  nats_say(l, "SUB bench 1\r\n");
}

static void publish(struct link *l, uint64_t number) {
  (void)number;
  put(l, "bench", "");
}

static size_t delivery(uint8_t *prefix, size_t *prefix_count) {
  *prefix_count = (size_t)sprintf((char *)prefix, "MSG bench 1 %u\r\n", options.payload_bytes);
  return *prefix_count + options.payload_bytes + 2;
}

const struct dialect nats = {.name = "nats",
    .greet = greet,
    .call = call,
    .take = take,
    .subscribe = subscribe,
    .publish = publish,
    .delivery = delivery,
    .interlude = interlude};
