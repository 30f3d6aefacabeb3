// The ten bytes in front of each ttrpc message.
#pragma once

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { FRAME_HEADER_BYTES = 10, FRAME_DATA_MAX = 4 << 20 };
enum { FRAME_REQUEST = 1, FRAME_RESPONSE = 2, FRAME_DATA = 3 };
enum { FLAG_REMOTE_CLOSED = 1, FLAG_REMOTE_OPEN = 2, FLAG_NO_DATA = 4 };

struct frame {
  uint32_t length, stream;
  uint8_t type, flags;
  const uint8_t *data;
};

// Reads the frame at `bytes`. False: it is not whole yet, or longer than allowed (`length` tells).
static inline bool frame_read(struct frame *f, const uint8_t *bytes, size_t count) {
  if (count < FRAME_HEADER_BYTES) {
    f->length = 0;
    return false;
  }
  uint32_t words[2];
  memcpy(words, bytes, 8);
  f->length = ntohl(words[0]);
  f->stream = ntohl(words[1]);
  f->type = bytes[8];
  f->flags = bytes[9];
  f->data = bytes + FRAME_HEADER_BYTES;
  return f->length <= FRAME_DATA_MAX && count - FRAME_HEADER_BYTES >= f->length;
}

static inline void frame_write_header(
    uint8_t *to, uint32_t length, uint32_t stream, uint8_t type, uint8_t flags) {
  uint32_t words[2] = {htonl(length), htonl(stream)};
  memcpy(to, words, 8);
  to[8] = type;
  to[9] = flags;
}
