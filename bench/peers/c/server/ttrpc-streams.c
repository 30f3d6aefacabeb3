// One call, many messages: downloads that are sent as far as there is room, uploads that are summed.
#include "ttrpc-call.h"

struct stream {
  uint32_t id;
  bool is_upload;
  uint64_t messages, bytes;  // still to send, or received so far
  struct stream *next;
};

static struct stream *first_of(struct connection *c) { return c->state; }

static struct stream *open_stream(const struct call *call) {
  struct stream *stream = calloc(1, sizeof *stream);
  if (!stream) abort();
  stream->id = call->stream;
  stream->next = first_of(call->connection);
  call->connection->state = stream;
  return stream;
}

static void end_stream(struct connection *c, struct stream *ended) {
  struct stream *list = first_of(c);
  struct stream **link = &list;
  while (*link != ended) link = &(*link)->next;
  *link = ended->next;
  c->state = list;
  free(ended);
}

void streams_download(const struct call *call) {
  Wardline__Bench__V1__DownloadRequest *request =
      decode(call, &wardline__bench__v1__download_request__descriptor);
  if (!request) return;
  struct stream *stream = open_stream(call);
  stream->messages = request->messages;
  stream->bytes = request->message_bytes;
}

// One message of each stream in turn, so that they advance together.
bool streams_refill(struct connection *c) {
  static uint8_t zeros[1 << 20];
  bool has_more = true;
  while (has_more && buffer_count(&c->out) < OUTBOUND_HIGH_MARK) {
    has_more = false;
    for (struct stream *stream = first_of(c), *next; stream; stream = next) {
      next = stream->next;
      if (stream->is_upload) continue;
      if (stream->messages == 0) {
        append_end(&c->out, stream->id);
        end_stream(c, stream);
        continue;
      }
      Wardline__Bench__V1__Payload payload = WARDLINE__BENCH__V1__PAYLOAD__INIT;
      payload.data.len = stream->bytes < sizeof zeros ? stream->bytes : sizeof zeros;
      payload.data.data = zeros;
      append_data(&c->out, stream->id, &payload.base);
      stream->messages--;
      has_more = true;
    }
  }
  return has_more;
}

void streams_upload(const struct call *call) { open_stream(call)->is_upload = true; }

bool streams_data(struct connection *c, const struct frame *f) {
  struct stream *stream = first_of(c);
  while (stream && (stream->id != f->stream || !stream->is_upload)) stream = stream->next;
  if (!stream) return false;
  struct call call = {.connection = c,
      .stream = f->stream,
      .payload = {.len = f->length, .data = (uint8_t *)f->data}};
  if (!(f->flags & FLAG_NO_DATA)) {
    Wardline__Bench__V1__Payload *payload =
        decode(&call, &wardline__bench__v1__payload__descriptor);
    if (!payload) {
      end_stream(c, stream);
      return true;
    }
    stream->messages++;
    stream->bytes += payload->data.len;
  }
  if (f->flags & FLAG_REMOTE_CLOSED) {
    Wardline__Bench__V1__UploadSummary summary = WARDLINE__BENCH__V1__UPLOAD_SUMMARY__INIT;
    summary.messages = stream->messages;
    summary.bytes = stream->bytes;
    answer(&call, &summary.base);
    end_stream(c, stream);
  }
  return true;
}

void streams_closed(struct connection *c) {
  while (first_of(c)) end_stream(c, first_of(c));
}
