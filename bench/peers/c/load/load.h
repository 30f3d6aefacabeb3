// What the cases and the protocols of the load generator know of each other.
#pragma once

#include <stddef.h>

#include "histogram.h"
#include "link.h"

struct options {
  const char *address, *dialect, *mode;
  const char *service, *method;
  unsigned connections, in_flight, payload_bytes, streams, subscribers;
  uint64_t messages;
  double seconds, warm_up, rate;
  bool is_encrypted;
  int server;  // process whose processor time is told, with its children's, or 0
  const char *lists;  // the folder with lists that `wardline-bench fill` made
  const char *work, *keys;  // of the chat: what is called, and what idempotency keys look like
  const char *user, *subscriber;  // of the chat: who calls, and who is pushed to
  unsigned conversations;  // of the chat: how many of those listed; 0 is all
};

extern struct options options;

// Told of each answer, with the number of its call.
typedef void answer_handler(struct link *, uint64_t number);
// Told of messages of a stream, with how many there are.
typedef void message_handler(struct link *, uint64_t count);

// A protocol. What it does not have is NULL.
struct dialect {
  const char *name;
  // Says what a new connection says first, and waits until the server is ready for calls.
  void (*greet)(struct link *);
  // Appends a call, the `number`th of this link.
  void (*call)(struct link *, uint64_t number);
  // Takes the whole answers out of `in`. Fails on one that is an error.
  void (*take)(struct link *, answer_handler *);
  // Opens a stream of `options.messages` messages from the server; takes what came of any.
  void (*download)(struct link *, uint64_t number);
  void (*take_messages)(struct link *, message_handler *, answer_handler *ended);
  // Fan-out. `subscribe` waits until the server will deliver.
  void (*subscribe)(struct link *);
  void (*publish)(struct link *, uint64_t number);
  // Bytes of one delivery: each is as long as the others. Its first bytes go to `prefix`.
  size_t (*delivery)(uint8_t *prefix, size_t *prefix_count);
  // Takes what stands between deliveries. False: that is not whole yet.
  bool (*interlude)(struct link *);
  // Called before each write, for a dialect that gathers what it has to say.
  void (*gather)(struct link *);
};

extern const struct dialect ttrpc, bare, redis, redis_stream, nats, jetstream, grpc, chat;
extern const struct dialect *dialect;

// The cases. Each runs for `options.seconds` after `options.warm_up` and prints one line of JSON.
void run_unary(void);
void run_streams(void);
void run_upload(void);
void run_fan_out(void);
void run_connect(void);
void run_hold(void);
void run_slow(void);
void run_stopped(void);
void run_push(void);
void run_subscribers(void);
void run_lag(void);

// Frames of ttrpc for the cases that only ttrpc has.
struct buffer ttrpc_request(const char *service, const char *method, uint8_t flags,
    const void *payload, size_t count);
// Takes whole answers; fails on one that is an error.
void ttrpc_take(struct link *, answer_handler *);
// Appends a copy as the `number`th call of the link.
void ttrpc_send(struct link *, const struct buffer *frame, uint64_t number);
// Encoded messages of bench/proto; return their bytes.
size_t download_message(uint8_t *to);
size_t payload_message(uint8_t *to, const void *data, size_t count);

// Measures from now on; `measurement_print` tells what `count` things cost since then.
void measurement_begin(void);
void measurement_print(const char *unit, uint64_t count, const struct histogram *);
// True until the time of the options is over; begins the measurement after the warm-up.
bool measurement_goes_on(uint64_t count);
uint64_t measurement_start_count(void);
