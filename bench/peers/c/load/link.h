// The client's side of a connection.
#pragma once

#include <stdbool.h>

#include "../buffer.h"

enum { SENT_AT_SLOTS = 1 << 15 };

struct link {
  int fd;
  struct tls *tls;  // or NULL
  struct buffer in, out;
  bool is_watching_room, is_over;  // over: closed at the end of this turn
  unsigned index;
  uint64_t sent, answered;
  int64_t *sent_at;  // by number of the call, modulo SENT_AT_SLOTS; nanoseconds
  // Takes what is whole out of `in` and may append to `out`.
  void (*received)(struct link *);
  void *state;  // the dialect's own
};

// Nanoseconds of a clock that only goes forward, as of the last turn of the loop.
extern int64_t now;
void read_clock(void);

void fail(const char *what) __attribute__((noreturn));

void links_target(const char *address);
// Opens a connection, and waits for nothing but the kernel.
struct link *link_open(unsigned index, void (*received)(struct link *));
void link_close(struct link *);
void link_flush(struct link *);
// Waits (milliseconds; -1: for ever; 0: not at all), reads, lets the links take it, and writes.
void links_turn(int wait);
// Turns until `*counter` has reached `wanted`.
void links_until(const uint64_t *counter, uint64_t wanted);
