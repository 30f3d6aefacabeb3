// From a send to its push at a subscriber. The content of a message is its number, then padding.
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../frame.h"
#include "chat.h"
#include "load.h"
#include "protobuf.h"

enum { DIGITS = 12 };
static const char mark[] = "message number ";

static uint64_t subscribed, answered, pushed;
static struct histogram latencies;
static int64_t sent_at[SENT_AT_SLOTS];
static bool is_measuring;

static void note(const uint8_t *data, size_t count) {
  const size_t mark_count = sizeof mark - 1;
  const uint8_t *place = memmem(data, count, mark, mark_count);
  if (!place || count - (size_t)(place - data) < mark_count + DIGITS) return;
  char digits[DIGITS + 1] = {0};
  memcpy(digits, place + mark_count, DIGITS);
  int64_t latency = now - sent_at[strtoull(digits, NULL, 10) % SENT_AT_SLOTS];
  if (is_measuring) histogram_add(&latencies, latency);
  pushed++;
}

static void push_received(struct link *l) {
  for (struct frame f; frame_read(&f, l->in.bytes + l->in.begin, buffer_count(&l->in));) {
    buffer_take(&l->in, FRAME_HEADER_BYTES + f.length);
    if (f.type != FRAME_DATA) fail("the subscription ended");
    if (l->answered++ == 1) subscribed++;  // what says that the subscription lives
    note(f.data, f.length);
  }
}

static void send_next(struct link *l) {
  uint8_t request[2048];
  char content[1024];
  uint64_t number = l->sent++;
  int count = snprintf(content, sizeof content, "%s%0*llu %0*d", mark, DIGITS,
      (unsigned long long)number, (int)(options.payload_bytes % 900), 0);
  if (count < 0) fail("no text");
  sent_at[number % SENT_AT_SLOTS] = now;
  chat_call(l, number, "wardline.v1.Messages", "Send", request, chat_message(request, content));
}

static void subscribe(struct link *l, const char *user) {
  chat_sign_in(l, user);
  uint64_t before = subscribed;
  struct buffer frame = ttrpc_request(
      "wardline.v1.Events", "Subscribe", FLAG_REMOTE_CLOSED, NULL, 0);
  ttrpc_send(l, &frame, 1);
  buffer_free(&frame);
  l->received = push_received;
  link_flush(l);
  links_until(&subscribed, before + 1);
}

// Opens subscriptions, each of another user with a connection of their own, says so, and holds them
// until standard input ends.
void run_subscribers(void) {
  for (unsigned i = 1; i <= options.subscribers; i++) {
    char user[64];
    snprintf(user, sizeof user, "%s-%u", options.subscriber, i);
    subscribe(link_open(i, NULL), user);
  }
  printf("{\"subscribers\": %u}\n", options.subscribers);
  fflush(stdout);
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  while (poll(&input, 1, 0) == 0) links_turn(10);
}

static void send_answered(struct link *l, uint64_t number) {
  (void)number;
  answered++;
  send_next(l);
}

static void answer_received(struct link *l) { ttrpc_take(l, send_answered); }

// One sender, one subscriber, and a number of sends in flight.
void run_push(void) {
  subscribe(link_open(1, NULL), options.subscriber);
  struct link *sender = link_open(0, NULL);
  chat_sign_in(sender, options.user);
  sender->received = answer_received;
  read_clock();
  for (unsigned i = 0; i < options.in_flight; i++) send_next(sender);
  link_flush(sender);
  while (measurement_goes_on(pushed)) {
    is_measuring = measurement_start_count() > 0;
    links_turn(100);
  }
  measurement_print("pushes", pushed - measurement_start_count(), &latencies);
}
