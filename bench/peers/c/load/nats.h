// What its two dialects know of the protocol of NATS.
#pragma once

#include <stddef.h>

struct link;

// Sends `text` and waits until the server has done all that was asked before.
void nats_say(struct link *, const char *text);
void nats_connect(struct link *);
// The whole MSG at the front: its bytes, how many of them stand before the payload, and the last but
// one of its words, which is the reply subject if it has one. 0: not there yet.
size_t nats_message(struct link *, const char **reply, size_t *reply_count, size_t *header);
