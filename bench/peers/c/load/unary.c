// Calls with one answer each, in a closed loop (a number in flight) or an open one (a rate).
#include <stdlib.h>

#include "load.h"

static struct link **links;
static uint64_t answered;
static struct histogram latencies;
static bool is_measuring;

static void call(struct link *l, int64_t at) {
  uint64_t number = l->sent++;
  l->sent_at[number % SENT_AT_SLOTS] = at;
  dialect->call(l, number);
}

static void call_answered(struct link *l, uint64_t number) {
  l->answered++;
  answered++;
  if (is_measuring) histogram_add(&latencies, now - l->sent_at[number % SENT_AT_SLOTS]);
  if (options.rate == 0) call(l, now);
}

static void received(struct link *l) { dialect->take(l, call_answered); }

// Calls whose time has come. The latency counts from that time, however late we or the server are:
// a server that stalls is charged for the calls that a steady caller would have made meanwhile.
static void call_what_is_due(int64_t start) {
  static uint64_t called;
  uint64_t due = (uint64_t)((double)(now - start) * options.rate / 1e9);
  while (called < due) {
    struct link *l = links[called % options.connections];
    // The ring of times is full: the rest is called, with its own time, when answers come.
    if (l->sent - l->answered >= SENT_AT_SLOTS / 2) return;
    call(l, start + (int64_t)((double)called * 1e9 / options.rate));
    called++;
  }
}

static void flush_all(void) {
  for (unsigned i = 0; i < options.connections; i++) {
    if (!links[i]->is_watching_room) link_flush(links[i]);
  }
}

void run_unary(void) {
  links = calloc(options.connections, sizeof *links);
  for (unsigned i = 0; i < options.connections; i++) {
    links[i] = link_open(i, received);
    links[i]->sent_at = calloc(SENT_AT_SLOTS, sizeof *links[i]->sent_at);
    dialect->greet(links[i]);
    links[i]->received = received;
  }
  read_clock();
  int64_t start = now;
  if (options.rate == 0) {
    for (unsigned i = 0; i < options.connections; i++) {
      for (unsigned n = 0; n < options.in_flight; n++) call(links[i], now);
    }
    flush_all();
  }
  while (measurement_goes_on(answered)) {
    is_measuring = now >= start + (int64_t)(options.warm_up * 1e9);
    links_turn(options.rate == 0 ? 100 : 0);
    if (options.rate == 0) continue;
    call_what_is_due(start);
    flush_all();
  }
  measurement_print("calls", answered - measurement_start_count(), &latencies);
}
