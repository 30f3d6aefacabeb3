// What the methods of the ttrpc server share: decoding a request, and the frames of an answer.
#pragma once

#include <echo.pb-c.h>
#include <hub.pb-c.h>
#include <streams.pb-c.h>
#include <ttrpc/envelope.pb-c.h>

#include "arena.h"
#include "../frame.h"
#include "loop.h"

enum { CODE_INVALID_ARGUMENT = 3, CODE_RESOURCE_EXHAUSTED = 8, CODE_UNIMPLEMENTED = 12 };

struct session;

struct call {
  struct connection *connection;
  uint32_t stream;
  uint8_t flags;
  ProtobufCBinaryData payload;
};

// A Response frame with the message packed into its payload.
void answer(const struct call *, const ProtobufCMessage *);
void answer_error(struct connection *, uint32_t stream, int code, const char *text);
// A Data frame with the message packed into it, at the end of `to`.
void append_data(struct buffer *to, uint32_t stream, const ProtobufCMessage *);
void append_end(struct buffer *to, uint32_t stream);

void *decode(const struct call *, const ProtobufCMessageDescriptor *);

// The methods. Each has a file of its own or shares it with its service.
void echo_unary(const struct call *);
void streams_download(const struct call *);
void streams_upload(const struct call *);
void hub_publish(const struct call *);
void hub_subscribe(const struct call *);

// Streams that are under way on a connection.
bool streams_refill(struct connection *);
// A Data frame of a client. False: no stream of that number takes any.
bool streams_data(struct connection *, const struct frame *);
void streams_closed(struct connection *);
void hub_closed(struct connection *);
