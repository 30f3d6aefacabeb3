// Wardline's chat over ttrpc: a connection signs in, and then sends messages or reads.
#include "chat.h"

#include <stdio.h>
#include <time.h>

#include "../frame.h"
#include "lists.h"
#include "load.h"
#include "protobuf.h"

enum { REQUEST_BYTES_MAX = 20 << 10, PAGE = 50 };

static struct list conversations, texts, queries;

uint64_t chat_random(void) {
  // Other keys in every run: the server knows those of earlier ones for ever.
  static uint64_t state;
  if (state == 0) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    state = (uint64_t)t.tv_sec * 1000000007u ^ (uint64_t)t.tv_nsec << 20;
  }
  uint64_t x = state += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static const char *conversation(void) {
  size_t count = conversations.count;
  if (options.conversations > 0 && options.conversations < count) count = options.conversations;
  return conversations.lines[chat_random() % count];
}

// As a UUID of version 4, or of version 7, which begins with the time.
static size_t put_key(uint8_t *to, uint8_t number) {
  uint64_t high = chat_random(), low = chat_random();
  char text[40];
  if (options.keys[0] == 't') {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME_COARSE, &t);
    uint64_t time = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
    high = time << 16 | (high & 0xfff) | 0x7000;
  } else {
    high = (high & ~0xf000ull) | 0x4000;
  }
  low = low >> 2 | 1ull << 63;
  snprintf(text, sizeof text, "%08llx-%04llx-%04llx-%04llx-%012llx",
      (unsigned long long)(high >> 32), (unsigned long long)(high >> 16 & 0xffff),
      (unsigned long long)(high & 0xffff), (unsigned long long)(low >> 48),
      (unsigned long long)(low & 0xffffffffffffull));
  return put_text(to, number, text);
}

size_t chat_message(uint8_t *to, const char *content) {
  size_t count = put_text(to, 1, conversation());
  count += put_text(to + count, 4, content);
  return count + put_key(to + count, 5);
}

const char *chat_text(void) { return texts.lines[chat_random() % texts.count]; }

static size_t send_request(uint8_t *to) { return chat_message(to, chat_text()); }

// Of the large conversation, anywhere in it.
static size_t history_request(uint8_t *to) {
  size_t count = put_text(to, 1, conversations.lines[0]);
  count += put_number(to + count, 2, PAGE + 1 + chat_random() % (options.messages - PAGE));
  return count + put_number(to + count, 4, PAGE);
}

static size_t conversations_request(uint8_t *to) { return put_number(to, 1, PAGE); }

static size_t search_request(uint8_t *to) {
  return put_text(to, 1, queries.lines[chat_random() % queries.count]);
}

static size_t empty_request(uint8_t *to) {
  (void)to;
  return 0;
}

static const struct work {
  const char *name, *service, *method;
  size_t (*request)(uint8_t *to);
} works[] = {
    {"send", "wardline.v1.Messages", "Send", send_request},
    {"history", "wardline.v1.Messages", "ListByConversation", history_request},
    {"unread", "wardline.v1.Messages", "UnreadCount", empty_request},
    {"conversations", "wardline.v1.Conversations", "List", conversations_request},
    {"search", "wardline.v1.Messages", "Search", search_request},
    {"who-am-i", "wardline.v1.Session", "WhoAmI", empty_request},
    {"health", "grpc.health.v1.Health", "Check", empty_request},
};
static const struct work *work;

static void prepare(void) {
  if (work) return;
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    if (strcmp(works[i].name, options.work) == 0) work = &works[i];
  }
  if (!work) fail("there is no work of that name");
  if (!options.lists) return;
  conversations = list_read(options.lists, "conversations");
  texts = list_read(options.lists, "texts");
  queries = list_read(options.lists, "queries");
}

void chat_call(struct link *l, uint64_t number, const char *service, const char *method,
    const void *payload, size_t count) {
  uint8_t *start = buffer_reserve(&l->out, count + 256), *end = start + FRAME_HEADER_BYTES;
  end += put_text(end, 1, service);
  end += put_text(end, 2, method);
  if (count > 0) end += put_field(end, 3, payload, count);
  size_t size = (size_t)(end - start);
  frame_write_header(start, (uint32_t)(size - FRAME_HEADER_BYTES), (uint32_t)(2 * number + 1),
      FRAME_REQUEST, 0);
  l->out.end += size;
}

static uint64_t greeted;

static void signed_in(struct link *l, uint64_t number) {
  (void)l, (void)number;
  greeted++;
}

static void received(struct link *l) { ttrpc_take(l, signed_in); }

void chat_sign_in(struct link *l, const char *user) {
  prepare();
  uint8_t request[256];
  size_t count = put_text(request, 1, user);
  chat_call(l, 0, "wardline.v1.Session", "Authenticate", request, count);
  l->sent = l->answered = 1;
  l->received = received;
  link_flush(l);
  links_until(&greeted, greeted + 1);
}

static void greet(struct link *l) { chat_sign_in(l, options.user); }

static void call(struct link *l, uint64_t number) {
  static uint8_t request[REQUEST_BYTES_MAX];
  chat_call(l, number, work->service, work->method, request, work->request(request));
}

const struct dialect chat = {.name = "chat", .greet = greet, .call = call, .take = ttrpc_take};
