// Server streams: each connection keeps a number of downloads running. Uploads: one on each.
#include "../frame.h"
#include "load.h"

static uint64_t counted;
static struct buffer request;

static void messages_received(struct link *l, uint64_t count) {
  (void)l;
  counted += count;
}

static void stream_ended(struct link *l, uint64_t number) {
  (void)number;
  dialect->download(l, l->sent++);
}

static void stream_received(struct link *l) {
  dialect->take_messages(l, messages_received, stream_ended);
}

void run_streams(void) {
  if (!dialect->download) fail("this protocol has no streams");
  for (unsigned i = 0; i < options.connections; i++) {
    struct link *l = link_open(i, stream_received);
    dialect->greet(l);
    for (unsigned n = 0; n < options.streams; n++) dialect->download(l, l->sent++);
    link_flush(l);
  }
  while (measurement_goes_on(counted)) links_turn(100);
  measurement_print("messages", counted - measurement_start_count(), NULL);
}

static void upload_received(struct link *l) {
  struct frame f;
  while (frame_read(&f, l->in.bytes + l->in.begin, buffer_count(&l->in))) {
    if (f.type != FRAME_RESPONSE || (f.length > 0 && f.data[0] == 0x0a)) fail("an upload failed");
    buffer_take(&l->in, FRAME_HEADER_BYTES + f.length);
    counted += options.messages;
    l->answered++;
  }
}

static void append_frame(
    struct link *l, uint32_t stream, uint8_t flags, const struct buffer *data) {
  uint8_t *to = buffer_reserve(&l->out, FRAME_HEADER_BYTES + data->end);
  frame_write_header(to, (uint32_t)data->end, stream, FRAME_DATA, flags);
  if (data->end > 0) memcpy(to + FRAME_HEADER_BYTES, data->bytes, data->end);
  l->out.end += FRAME_HEADER_BYTES + data->end;
}

// Appends more of the upload of this link; false while it waits for its answer. `sent` counts the
// opening, the messages and the close. The close is a frame of its own, for the reference server
// complains about one that carries a message.
static bool upload_more(struct link *l, const struct buffer *chunk) {
  static const struct buffer nothing;
  const uint64_t parts = options.messages + 2;
  while (buffer_count(&l->out) < 256 << 10) {
    uint64_t number = l->sent / parts, part = l->sent % parts;
    if (number > l->answered) return false;
    uint32_t stream = (uint32_t)(2 * number + 1);
    if (part == 0) ttrpc_send(l, &request, number);
    else if (part <= options.messages) append_frame(l, stream, 0, chunk);
    else append_frame(l, stream, FLAG_REMOTE_CLOSED | FLAG_NO_DATA, &nothing);
    l->sent++;
  }
  return true;
}

void run_upload(void) {
  request = ttrpc_request("wardline.bench.v1.Streams", "Upload", FLAG_REMOTE_OPEN, NULL, 0);
  struct buffer chunk = {0};
  uint8_t *zeros = calloc(1, options.payload_bytes);
  chunk.end = payload_message(
      buffer_reserve(&chunk, options.payload_bytes + 16), zeros, options.payload_bytes);
  struct link **links = calloc(options.connections, sizeof *links);
  for (unsigned i = 0; i < options.connections; i++) links[i] = link_open(i, upload_received);
  while (measurement_goes_on(counted)) {
    for (unsigned i = 0; i < options.connections; i++) {
      while (!links[i]->is_watching_room && upload_more(links[i], &chunk)) link_flush(links[i]);
      if (!links[i]->is_watching_room) link_flush(links[i]);
    }
    links_turn(100);
  }
  measurement_print("messages", counted - measurement_start_count(), NULL);
}
