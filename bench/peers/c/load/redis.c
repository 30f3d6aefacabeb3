// Redis: ECHO, PUBLISH to SUBSCRIBE, and XADD to a stream. Every answer of one kind is as long as the others.
#include <stdio.h>

#include "load.h"

static const char channel[] = "bench";
static uint64_t greeted;

static void greet(struct link *l) { (void)l; }

static size_t bulk(char *to, const char *data, size_t count) {
  size_t size = (size_t)sprintf(to, "$%zu\r\n", count);
  memcpy(to + size, data, count);
  memcpy(to + size + count, "\r\n", 2);
  return size + count + 2;
}

// A command of two or three parts, the last of which is the payload.
static struct buffer command(const char *first, const char *second) {
  struct buffer b = {0};
  char *data = malloc(options.payload_bytes + 1), *start;
  memset(data, 'a', options.payload_bytes);
  start = (char *)buffer_reserve(&b, options.payload_bytes + 256);
  char *end = start + sprintf(start, "*%d\r\n", second ? 3 : 2);
  end += bulk(end, first, strlen(first));
  if (second) end += bulk(end, second, strlen(second));
  end += bulk(end, data, options.payload_bytes);
  b.end = (size_t)(end - start);
  free(data);
  return b;
}

static void call(struct link *l, uint64_t number) {
  static struct buffer echo;
  (void)number;
  if (!echo.bytes) echo = command("ECHO", NULL);
  buffer_append(&l->out, echo.bytes, echo.end);
}

static void append(struct link *l, uint64_t number) {
  static struct buffer bytes;
  (void)number;
  if (!bytes.bytes) {
    static const char start[] = "*5\r\n$4\r\nXADD\r\n$6\r\nstream\r\n$1\r\n*\r\n";
    // The name of the one field and its value are the last two parts of a command.
    struct buffer rest = command("text", NULL);
    size_t head = strlen("*2\r\n");
    buffer_append(&bytes, start, sizeof start - 1);
    buffer_append(&bytes, rest.bytes + head, rest.end - head);
    buffer_free(&rest);
  }
  buffer_append(&l->out, bytes.bytes, bytes.end);
}

static void publish(struct link *l, uint64_t number) {
  static struct buffer bytes;
  (void)number;
  if (!bytes.bytes) bytes = command("PUBLISH", channel);
  buffer_append(&l->out, bytes.bytes, bytes.end);
}

// `$128\r\n` and so many bytes, or `:100\r\n`.
static size_t answer(const struct link *l) {
  const char *bytes = (const char *)l->in.bytes + l->in.begin;
  size_t count = buffer_count(&l->in);
  const char *line_end = memchr(bytes, '\n', count);
  if (!line_end) return 0;
  size_t line = (size_t)(line_end - bytes) + 1, size = line;
  if (bytes[0] == '$') size += strtoul(bytes + 1, NULL, 10) + 2;
  else if (bytes[0] != ':') fail("redis answered with an error");
  return count >= size ? size : 0;
}

static void take(struct link *l, answer_handler *answered) {
  for (size_t size; (size = answer(l)) > 0;) {
    buffer_take(&l->in, size);
    answered(l, l->answered);
  }
}

static void subscription_began(struct link *l) {
  // *3, $9, subscribe, $5, bench, :1
  const char *last = memchr(l->in.bytes + l->in.begin, ':', buffer_count(&l->in));
  const char *end = (const char *)l->in.bytes + l->in.end;
  if (!last || end[-1] != '\n') return;
  buffer_take(&l->in, buffer_count(&l->in));
  greeted++;
}

static void subscribe(struct link *l) {
  char text[128];
  char *end = text + sprintf(text, "*2\r\n$9\r\nSUBSCRIBE\r\n");
  end += bulk(end, channel, strlen(channel));
  buffer_append(&l->out, text, (size_t)(end - text));
  l->received = subscription_began;
  link_flush(l);
  links_until(&greeted, greeted + 1);
}

static size_t delivery(uint8_t *prefix, size_t *prefix_count) {
  *prefix_count = (size_t)sprintf((char *)prefix, "*3\r\n$7\r\nmessage\r\n$%zu\r\n%s\r\n$%u\r\n",
      strlen(channel), channel, options.payload_bytes);
  return *prefix_count + options.payload_bytes + 2;
}

const struct dialect redis = {.name = "redis",
    .greet = greet,
    .call = call,
    .take = take,
    .subscribe = subscribe,
    .publish = publish,
    .delivery = delivery};
const struct dialect redis_stream = {
    .name = "redis-stream", .greet = greet, .call = append, .take = take};
