// The limit: frames are told apart and sent back, and nothing in them is looked at.
#include "../frame.h"
#include "loop.h"

static bool received(struct connection *c) {
  struct frame f;
  while (frame_read(&f, c->in.bytes + c->in.begin, buffer_count(&c->in))) {
    size_t size = FRAME_HEADER_BYTES + f.length;
    uint8_t *answer = buffer_reserve(&c->out, size);
    memcpy(answer, f.data - FRAME_HEADER_BYTES, size);
    answer[8] = FRAME_RESPONSE;
    c->out.end += size;
    buffer_take(&c->in, size);
  }
  return f.length <= FRAME_DATA_MAX;
}

int main(void) {
  static const struct protocol bare = {.received = received};
  return loop_serve(&bare);
}
