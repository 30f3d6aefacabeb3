// Bytes that wait: between a read and its frames, or between frames and their write.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
  uint8_t *bytes;
  size_t begin, end, capacity;
};

static inline size_t buffer_count(const struct buffer *b) { return b->end - b->begin; }

// Makes room for `count` more bytes and returns where they go. The caller adds to `end` what it
// wrote there.
static inline uint8_t *buffer_reserve(struct buffer *b, size_t count) {
  if (b->capacity - b->end >= count) return b->bytes + b->end;
  size_t used = buffer_count(b);
  if (b->begin > 0) {
    memmove(b->bytes, b->bytes + b->begin, used);
    b->begin = 0;
    b->end = used;
  }
  if (b->capacity - b->end < count) {
    size_t capacity = b->capacity ? b->capacity : 4096;
    while (capacity - used < count) capacity *= 2;
    uint8_t *bytes = realloc(b->bytes, capacity);
    if (!bytes) abort();
    b->bytes = bytes;
    b->capacity = capacity;
  }
  return b->bytes + b->end;
}

static inline void buffer_append(struct buffer *b, const void *bytes, size_t count) {
  memcpy(buffer_reserve(b, count), bytes, count);
  b->end += count;
}

static inline void buffer_take(struct buffer *b, size_t count) {
  b->begin += count;
  if (b->begin == b->end) b->begin = b->end = 0;
}

static inline void buffer_free(struct buffer *b) {
  free(b->bytes);
  *b = (struct buffer){0};
}
