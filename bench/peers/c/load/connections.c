// Connections as such: how fast they are made, and what they cost while nothing happens on them.
#include <stdio.h>
#include <unistd.h>

#include "../frame.h"
#include "load.h"

static uint64_t counted;

static void open_and_call(void);

static void answered(struct link *l, uint64_t number) {
  (void)number;
  counted++;
  l->is_over = true;
  open_and_call();
}

static void received(struct link *l) { dialect->take(l, answered); }

static void open_and_call(void) {
  struct link *l = link_open(0, received);
  dialect->call(l, 0);
  link_flush(l);
}

// A connection, one call, its answer, and the end: `connections` of them at a time.
void run_connect(void) {
  for (unsigned i = 0; i < options.connections; i++) open_and_call();
  while (measurement_goes_on(counted)) links_turn(100);
  measurement_print("connections", counted - measurement_start_count(), NULL);
}

static uint64_t answers;

static void held(struct link *l) {
  struct frame f;
  while (frame_read(&f, l->in.bytes + l->in.begin, buffer_count(&l->in))) {
    buffer_take(&l->in, FRAME_HEADER_BYTES + f.length);
    answers++;
  }
  if (buffer_count(&l->in) == 0) buffer_free(&l->in);
}

static void hold_until_told(void) {
  for (char byte; read(STDIN_FILENO, &byte, 1) > 0;) continue;
}

// Opens connections with one call each and idle subscriptions, says so, and holds them until its
// standard input ends.
void run_hold(void) {
  struct buffer subscribe =
      ttrpc_request("wardline.bench.v1.Hub", "Subscribe", FLAG_REMOTE_CLOSED, NULL, 0);
  for (unsigned i = 0; i < options.connections; i++) {
    struct link *l = link_open(i, held);
    dialect->call(l, 0);
    for (unsigned n = 1; n <= options.streams; n++) ttrpc_send(l, &subscribe, n);
    link_flush(l);
    // Not one by one, for that takes minutes on a busy machine; nor all at once, for the server's
    // queue of new connections has an end.
    if (i % 64 == 63 || i == options.connections - 1) {
      links_until(&answers, (uint64_t)(i + 1) * (options.streams + 1));
    }
  }
  printf("{\"connections\": %u, \"streams\": %u}\n", options.connections,
      options.connections * options.streams);
  fflush(stdout);
  hold_until_told();
}

// Asks for long streams and never reads a byte of them, with windows so wide that only the socket
// and the server's own limits hold the server back. Stays until standard input ends.
void run_stopped(void) {
  if (!dialect->download) fail("this protocol has no streams");
  for (unsigned i = 0; i < options.connections; i++) {
    struct link *l = link_open(i, held);
    dialect->greet(l);
    for (unsigned n = 0; n < options.streams; n++) dialect->download(l, l->sent++);
    link_flush(l);
  }
  puts("{}");
  fflush(stdout);
  hold_until_told();
}

// Half of the connections send many calls and never read an answer; the others send the first half
// of a frame. They stay until standard input ends, whatever the server does with them.
void run_slow(void) {
  enum { UNREAD_CALLS = 2000, HALF_FRAME_BYTES = 5 };
  for (unsigned i = 0; i < options.connections; i++) {
    struct link *l = link_open(i, held);
    unsigned calls = i % 2 == 0 ? UNREAD_CALLS : 1;
    for (unsigned n = 0; n < calls; n++) dialect->call(l, n);
    if (i % 2 != 0) l->out.end = l->out.begin + HALF_FRAME_BYTES;
    link_flush(l);
  }
  puts("{}");
  fflush(stdout);
  hold_until_told();
}
