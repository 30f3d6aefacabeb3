// How long the search index is behind while messages are sent: now and then one of them holds a word
// of its own, which is searched for until it is found.
#define _GNU_SOURCE
#include <stdio.h>

#include "chat.h"
#include "load.h"
#include "protobuf.h"

enum { REQUEST_BYTES_MAX = 20 << 10 };

static uint64_t probe_answers, probes;
static char word[40];
static int64_t stored_at;  // when the send of the word was answered; 0 until then
static struct histogram lags;
static bool is_measuring;

static void send_probe(struct link *l) {
  uint8_t request[1024];
  char content[128];
  snprintf(word, sizeof word, "probe%016llx", (unsigned long long)chat_random());
  snprintf(content, sizeof content, "a message with %s in it", word);
  stored_at = 0;
  chat_call(l, l->sent++, "wardline.v1.Messages", "Send", request, chat_message(request, content));
}

static void search(struct link *l) {
  uint8_t request[128];
  chat_call(l, l->sent++, "wardline.v1.Messages", "Search", request, put_text(request, 1, word));
}

static void count_answer(struct link *l, uint64_t number) {
  (void)l, (void)number;
  probe_answers++;
}

static void probe_received(struct link *l) {
  // One call is under way, so all that has come is of its answer.
  bool is_found = memmem(l->in.bytes + l->in.begin, buffer_count(&l->in), word, strlen(word));
  uint64_t before = probe_answers;
  ttrpc_take(l, count_answer);
  if (probe_answers == before) return;
  if (stored_at != 0 && is_found) {
    if (is_measuring) histogram_add(&lags, now - stored_at);
    probes++;
    send_probe(l);
  } else {
    if (stored_at == 0) stored_at = now;
    search(l);
  }
}

static void send(struct link *l) {
  static uint8_t request[REQUEST_BYTES_MAX];
  size_t count = chat_message(request, chat_text());
  chat_call(l, l->sent++, "wardline.v1.Messages", "Send", request, count);
}

static void send_answered(struct link *l, uint64_t number) {
  (void)number;
  l->answered++;
  send(l);
}

static void sender_received(struct link *l) { ttrpc_take(l, send_answered); }

// A number of sends in flight on one connection, and the probes on another.
void run_lag(void) {
  struct link *sender = link_open(0, NULL), *prober = link_open(1, NULL);
  chat_sign_in(sender, options.user);
  chat_sign_in(prober, options.user);
  sender->received = sender_received;
  prober->received = probe_received;
  for (unsigned i = 0; i < options.in_flight; i++) send(sender);
  send_probe(prober);
  link_flush(sender);
  link_flush(prober);
  while (measurement_goes_on(sender->answered)) {
    is_measuring = measurement_start_count() > 0;
    links_turn(100);
  }
  measurement_print("sends", sender->answered - measurement_start_count(), &lags);
}
