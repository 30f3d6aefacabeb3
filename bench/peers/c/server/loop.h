// A server on one thread: epoll, one read for each readiness, one write for what it led to.
#pragma once

#include <stdbool.h>

#include "../buffer.h"

struct connection {
  int fd;
  struct buffer in, out;
  bool is_flush_due, waits_for_room;
  struct connection *next_to_flush;
  void *state;  // the protocol's own
};

struct protocol {
  // Takes the whole frames out of `in` and appends the answers to `out`. False closes.
  bool (*received)(struct connection *);
  // Appends more of what is under way, if anything. True: there is more after that.
  bool (*refill)(struct connection *);
  void (*closed)(struct connection *);
};

// Bytes of answers that may wait on a connection before its streams and its reads wait too.
enum { OUTBOUND_HIGH_MARK = 256 << 10 };

// Has `out` written when everything that this turn of the loop read is handled.
void loop_flush_later(struct connection *);

// Listens on a free port of the loopback interface, prints it, and serves until killed.
int loop_serve(const struct protocol *);
