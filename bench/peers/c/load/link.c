#define _GNU_SOURCE
#include "load.h"
#include "tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 256 << 10, EVENTS_MAX = 256, PATIENCE_MS = 10000 };
enum { SOURCES = 200, OF_ONE_SOURCE = 10000 };

int64_t now;
static int poller = -1;
static struct sockaddr_in target;

void fail(const char *what) {
  fprintf(stderr, "load: %s\n", what);
  exit(1);
}

void read_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  now = t.tv_sec * 1000000000ll + t.tv_nsec;
}

void links_target(const char *address) {
  char host[64];
  int port;
  if (sscanf(address, "%63[^:]:%d", host, &port) != 2) fail("the address is not host:port");
  target = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &target.sin_addr) != 1) fail("the host is not an IPv4 address");
  poller = epoll_create1(EPOLL_CLOEXEC);
}

struct link *link_open(unsigned index, void (*received)(struct link *)) {
  struct link *l = calloc(1, sizeof *l);
  if (!l) fail("out of memory");
  l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (l->fd < 0) fail("no socket");
  // Closed connections keep their ports for a while, so one source address would run out of them.
  static uint32_t opened;
  struct sockaddr_in source = {.sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK + opened++ / OF_ONE_SOURCE % SOURCES)};
  int on = 1;
  setsockopt(l->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(l->fd, (struct sockaddr *)&source, sizeof source) != 0) fail("cannot bind");
  if (connect(l->fd, (struct sockaddr *)&target, sizeof target) != 0) fail("cannot connect");
  if (options.is_encrypted) l->tls = tls_open(l->fd);
  fcntl(l->fd, F_SETFL, O_NONBLOCK);
  setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  l->index = index;
  l->received = received;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = l};
  epoll_ctl(poller, EPOLL_CTL_ADD, l->fd, &event);
  return l;
}

void link_close(struct link *l) {
  if (l->tls) tls_close(l->tls);
  close(l->fd);
  buffer_free(&l->in);
  buffer_free(&l->out);
  free(l->sent_at);
  free(l);
}

static ssize_t write_some(struct link *l, const void *bytes, size_t count) {
  return l->tls ? tls_write(l->tls, bytes, count) : send(l->fd, bytes, count, MSG_NOSIGNAL);
}

static ssize_t read_some(struct link *l, void *to, size_t room) {
  return l->tls ? tls_read(l->tls, to, room) : recv(l->fd, to, room, 0);
}

void link_flush(struct link *l) {
  if (dialect->gather) dialect->gather(l);
  while (buffer_count(&l->out) > 0) {
    ssize_t count = write_some(l, l->out.bytes + l->out.begin, buffer_count(&l->out));
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) fail("the server went away while it was written to");
      break;
    }
    buffer_take(&l->out, (size_t)count);
  }
  bool needs_room = buffer_count(&l->out) > 0;
  if (needs_room == l->is_watching_room) return;
  l->is_watching_room = needs_room;
  // Goes on reading meanwhile: a server that waits for us to read must not wait for ever.
  struct epoll_event event = {.events = EPOLLIN | (needs_room ? EPOLLOUT : 0), .data.ptr = l};
  epoll_ctl(poller, EPOLL_CTL_MOD, l->fd, &event);
}

static void read_link(struct link *l) {
  size_t total = 0;
  ssize_t count;
  do {
    count = read_some(l, buffer_reserve(&l->in, READ_BYTES), READ_BYTES);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (count <= 0) fail("the server closed the connection");
    l->in.end += (size_t)count;
    total += (size_t)count;
    // What OpenSSL has read ahead wakes nobody, so all of it is taken now.
  } while (l->tls);
  if (total > 0) l->received(l);
}

void links_turn(int wait) {
  struct epoll_event events[EVENTS_MAX];
  int count = epoll_wait(poller, events, EVENTS_MAX, wait);
  read_clock();
  for (int i = 0; i < count; i++) {
    struct link *l = events[i].data.ptr;
    if (events[i].events & ~(uint32_t)EPOLLOUT) read_link(l);
    if (l->is_over) link_close(l);
    else link_flush(l);
  }
}

void links_until(const uint64_t *counter, uint64_t wanted) {
  read_clock();
  for (int64_t end = now + PATIENCE_MS * 1000000ll; *counter < wanted;) {
    links_turn(100);
    if (now > end) fail("the server does not answer");
  }
}
