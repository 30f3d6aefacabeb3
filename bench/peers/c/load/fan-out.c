// One publisher, many subscribers with a connection each. A message is in flight until it has
// reached all of them, whatever the publisher was told before: so all protocols do the same work.
#include <string.h>

#include "load.h"

static uint64_t delivered, published;
static struct link *publisher;
static struct histogram latencies;
static int64_t sent_at[SENT_AT_SLOTS];
static uint8_t prefix[256];
static size_t prefix_count, delivery_bytes;
static unsigned last;
static uint64_t delivered_to_last;
static bool is_measuring;

static void count_delivery(struct link *l) {
  delivered++;
  if (l->index != last) return;
  int64_t latency = now - sent_at[delivered_to_last++ % SENT_AT_SLOTS];
  if (is_measuring) histogram_add(&latencies, latency);
}

static void delivery_received(struct link *l) {
  while (buffer_count(&l->in) >= delivery_bytes) {
    if (memcmp(l->in.bytes + l->in.begin, prefix, prefix_count) == 0) {
      buffer_take(&l->in, delivery_bytes);
      count_delivery(l);
    } else if (!dialect->interlude) {
      fail("not a delivery");
    } else if (!dialect->interlude(l)) {
      return;
    }
  }
}

static void publish_answered(struct link *l, uint64_t number) {
  (void)number;
  l->answered++;
}

static void reply_received(struct link *l) { dialect->take(l, publish_answered); }

static void publish_what_may(void) {
  // The average stands for the slowest: servers deliver to all in turn.
  while (published - delivered / options.subscribers < options.in_flight) {
    sent_at[published % SENT_AT_SLOTS] = now;
    dialect->publish(publisher, published++);
  }
  if (!publisher->is_watching_room) link_flush(publisher);
}

void run_fan_out(void) {
  if (!dialect->subscribe) fail("this protocol has no fan-out");
  delivery_bytes = dialect->delivery(prefix, &prefix_count);
  last = options.subscribers - 1;
  for (unsigned i = 0; i < options.subscribers; i++) {
    struct link *l = link_open(i, NULL);
    dialect->subscribe(l);
    l->received = delivery_received;
  }
  publisher = link_open(options.subscribers, reply_received);
  dialect->greet(publisher);
  publisher->received = reply_received;
  while (measurement_goes_on(delivered)) {
    is_measuring = measurement_start_count() > 0;
    publish_what_may();
    links_turn(100);
  }
  measurement_print("deliveries", delivered - measurement_start_count(), &latencies);
}
