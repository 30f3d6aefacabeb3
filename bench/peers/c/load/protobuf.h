// Encodes fields of protobuf whose numbers are below 16. Each returns the bytes that it wrote.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline size_t put_varint(uint8_t *to, uint64_t value) {
  uint8_t *p = to;
  for (; value >= 0x80; value >>= 7) *p++ = (uint8_t)(value | 0x80);
  *p++ = (uint8_t)value;
  return (size_t)(p - to);
}

static inline size_t put_number(uint8_t *to, uint8_t number, uint64_t value) {
  *to = (uint8_t)(number << 3);
  return 1 + put_varint(to + 1, value);
}

static inline size_t put_field(uint8_t *to, uint8_t number, const void *bytes, size_t count) {
  *to = (uint8_t)(number << 3 | 2);
  size_t head = 1 + put_varint(to + 1, count);
  memcpy(to + head, bytes, count);
  return head + count;
}

static inline size_t put_text(uint8_t *to, uint8_t number, const char *text) {
  return put_field(to, number, text, strlen(text));
}
