// Memory for one message at a time: taken by moving an index, given back all at once.
#pragma once

#include <protobuf-c/protobuf-c.h>

// For protobuf-c. What it hands out is valid until `arena_reset`.
extern ProtobufCAllocator arena_allocator;

void *arena_take(size_t count);
void arena_reset(void);
