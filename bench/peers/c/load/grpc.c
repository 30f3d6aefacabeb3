// gRPC over HTTP/2 without TLS; nghttp2 does the framing. Calls are answered in any order.
#include <nghttp2/nghttp2.h>
#include <stdio.h>

#include "load.h"

// What each stream owns while it is open.
struct exchange {
  uint64_t number;
  size_t sent;
  bool is_stream;
};

struct http2 {
  nghttp2_session *session;
  size_t remainder;  // bytes of messages that are not whole yet, over all streams
};

static struct buffer call_body, download_body;
static char authority[64], call_path[256];
static void (*on_answer)(struct link *, uint64_t);
static void (*on_message)(struct link *, uint64_t);

static struct buffer length_prefixed(const void *message, size_t count) {
  struct buffer body = {0};
  uint8_t prefix[5] = {0, (uint8_t)(count >> 24), (uint8_t)(count >> 16), (uint8_t)(count >> 8),
      (uint8_t)count};
  buffer_append(&body, prefix, 5);
  buffer_append(&body, message, count);
  return body;
}

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *to, size_t room,
    uint32_t *flags, nghttp2_data_source *source, void *link) {
  (void)link;
  (void)source;
  struct exchange *e = nghttp2_session_get_stream_user_data(session, stream);
  const struct buffer *body = e->is_stream ? &download_body : &call_body;
  size_t count = body->end - e->sent < room ? body->end - e->sent : room;
  memcpy(to, body->bytes + e->sent, count);
  e->sent += count;
  if (e->sent == body->end) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return (ssize_t)count;
}

static int header_received(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t name_count, const uint8_t *value, size_t value_count,
    uint8_t flags, void *link) {
  (void)flags;
  (void)link;
  static const char status[] = "grpc-status";
  if (name_count != sizeof status - 1 || memcmp(name, status, name_count) != 0) return 0;
  struct exchange *e = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  if (e && (value_count != 1 || value[0] != '0')) {
    static char text[64];
    snprintf(text, sizeof text, "a call was answered with grpc-status %.*s",
        (int)(value_count < 8 ? value_count : 8), (const char *)value);
    fail(text);
  }
  return 0;
}

static int data_received(nghttp2_session *session, uint8_t flags, int32_t stream,
    const uint8_t *data, size_t count, void *link) {
  (void)flags;
  (void)data;
  struct exchange *e = nghttp2_session_get_stream_user_data(session, stream);
  struct http2 *h = ((struct link *)link)->state;
  // All messages of a run have one size, so their bytes tell how many there are.
  size_t size = call_body.end;
  if (!e || !e->is_stream) return 0;
  h->remainder += count;
  on_message(link, h->remainder / size);
  h->remainder %= size;
  return 0;
}

static int stream_closed(
    nghttp2_session *session, int32_t stream, uint32_t error, void *link) {
  struct exchange *e = nghttp2_session_get_stream_user_data(session, stream);
  if (!e) return 0;
  if (error != 0) fail("a gRPC call was reset");
  uint64_t number = e->number;
  free(e);
  on_answer(link, number);
  return 0;
}

static ssize_t write_out(
    nghttp2_session *session, const uint8_t *bytes, size_t count, int flags, void *link) {
  (void)session;
  (void)flags;
  buffer_append(&((struct link *)link)->out, bytes, count);
  return (ssize_t)count;
}

static void submit(struct link *l, uint64_t number, const char *path, bool is_stream) {
  struct http2 *h = l->state;
#define HEADER(n, v)                                                              \
  {(uint8_t *)(n), (uint8_t *)(v), sizeof(n) - 1, strlen(v),                      \
      NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE}
  nghttp2_nv headers[] = {HEADER(":method", "POST"), HEADER(":scheme", "http"),
      HEADER(":path", path), HEADER(":authority", authority),
      HEADER("content-type", "application/grpc"), HEADER("te", "trailers")};
  struct exchange *e = calloc(1, sizeof *e);
  e->number = number;
  e->is_stream = is_stream;
  nghttp2_data_provider body = {.read_callback = read_body};
  if (nghttp2_submit_request(
          h->session, NULL, headers, sizeof headers / sizeof *headers, &body, e) < 0) {
    fail("the connection has no streams left");
  }
}

static void prepare_bodies(void) {
  uint8_t *data = malloc(2 * (options.payload_bytes + 16)), *message = data + options.payload_bytes;
  memset(data, 'a', options.payload_bytes);
  call_body = length_prefixed(message, payload_message(message, data, options.payload_bytes));
  free(data);
  uint8_t request[32];
  download_body = length_prefixed(request, download_message(request));
  snprintf(authority, sizeof authority, "%s", options.address);
  snprintf(call_path, sizeof call_path, "/%s/%s", options.service, options.method);
}

static void greet(struct link *l) {
  if (!call_body.bytes) prepare_bodies();
  struct http2 *h = calloc(1, sizeof *h);
  l->state = h;
  nghttp2_session_callbacks *callbacks;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_send_callback(callbacks, write_out);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, header_received);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_received);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
  nghttp2_session_client_new(&h->session, callbacks, l);
  nghttp2_session_callbacks_del(callbacks);
  // Windows so wide that they never hold up what is measured.
  enum { WINDOW = (1 << 30) - 1 };
  nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW}};
  nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings, 2);
  nghttp2_session_set_local_window_size(h->session, NGHTTP2_FLAG_NONE, 0, WINDOW);
}

static void call(struct link *l, uint64_t number) { submit(l, number, call_path, false); }

static void download(struct link *l, uint64_t number) {
  submit(l, number, "/wardline.bench.v1.Streams/Download", true);
}

static void take(struct link *l, void (*answered)(struct link *, uint64_t)) {
  struct http2 *h = l->state;
  on_answer = answered;
  ssize_t count =
      nghttp2_session_mem_recv(h->session, l->in.bytes + l->in.begin, buffer_count(&l->in));
  if (count < 0) fail("not HTTP/2");
  buffer_take(&l->in, (size_t)count);
}

static void take_messages(struct link *l, void (*messages)(struct link *, uint64_t),
    void (*ended)(struct link *, uint64_t)) {
  on_message = messages;
  take(l, ended);
}

static void gather(struct link *l) {
  struct http2 *h = l->state;
  if (h && nghttp2_session_send(h->session) != 0) fail("nghttp2 cannot send");
}

const struct dialect grpc = {.name = "grpc",
    .greet = greet,
    .call = call,
    .take = take,
    .download = download,
    .take_messages = take_messages,
    .gather = gather};
