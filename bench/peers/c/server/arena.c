#include "arena.h"

#include <stdint.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 256 << 10, ALIGNMENT = 16 };

struct chunk {
  struct chunk *previous;
  _Alignas(ALIGNMENT) uint8_t bytes[];
};

static struct chunk *current;
static size_t used, capacity;

void *arena_take(size_t count) {
  count = (count + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if (!current || capacity - used < count) {
    size_t wanted = count > CHUNK_BYTES ? count : CHUNK_BYTES;
    struct chunk *chunk = malloc(sizeof *chunk + wanted);
    if (!chunk) abort();
    chunk->previous = current;
    current = chunk;
    capacity = wanted;
    used = 0;
  }
  void *result = current->bytes + used;
  used += count;
  return result;
}

void arena_reset(void) {
  while (current && current->previous) {
    struct chunk *chunk = current;
    current = chunk->previous;
    free(chunk);
    capacity = CHUNK_BYTES;
  }
  if (current && capacity != CHUNK_BYTES) {
    free(current);
    current = NULL;
  }
  used = 0;
}

static void *allocate(void *unused, size_t count) {
  (void)unused;
  return arena_take(count);
}

static void deallocate(void *unused, void *pointer) {
  (void)unused;
  (void)pointer;
}

ProtobufCAllocator arena_allocator = {.alloc = allocate, .free = deallocate};
