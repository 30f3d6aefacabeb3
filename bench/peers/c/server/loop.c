#define _GNU_SOURCE
#include "loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 256 << 10, EVENTS_MAX = 256 };

static const struct protocol *protocol;
static int poller;
static struct connection *first_to_flush;

void loop_flush_later(struct connection *c) {
  if (c->is_flush_due) return;
  c->is_flush_due = true;
  c->next_to_flush = first_to_flush;
  first_to_flush = c;
}

static void watch(struct connection *c, bool for_room) {
  if (c->waits_for_room == for_room) return;
  c->waits_for_room = for_room;
  // While answers wait for room nothing more is read: a peer that does not read sends no more.
  struct epoll_event event = {.events = for_room ? EPOLLOUT : EPOLLIN, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
}

static void close_connection(struct connection *c) {
  if (protocol->closed) protocol->closed(c);
  for (struct connection **link = &first_to_flush; *link; link = &(*link)->next_to_flush) {
    if (*link != c) continue;
    *link = c->next_to_flush;
    break;
  }
  close(c->fd);
  buffer_free(&c->in);
  buffer_free(&c->out);
  free(c);
}

static bool write_out(struct connection *c) {
  while (buffer_count(&c->out) > 0) {
    ssize_t count =
        send(c->fd, c->out.bytes + c->out.begin, buffer_count(&c->out), MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return false;
      break;
    }
    buffer_take(&c->out, (size_t)count);
  }
  watch(c, buffer_count(&c->out) > 0);
  return true;
}

static bool read_in(struct connection *c) {
  ssize_t count = recv(c->fd, buffer_reserve(&c->in, READ_BYTES), READ_BYTES, 0);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  c->in.end += (size_t)count;
  if (!protocol->received(c)) return false;
  // A long message leaves no long buffer behind.
  if (buffer_count(&c->in) == 0 && c->in.capacity > READ_BYTES) buffer_free(&c->in);
  loop_flush_later(c);
  return true;
}

// Writes what this turn produced. True: streams have more to send.
static bool flush_all(void) {
  bool has_more = false;
  struct connection *list = first_to_flush;
  first_to_flush = NULL;
  while (list) {
    struct connection *c = list;
    list = c->next_to_flush;
    c->is_flush_due = false;
    bool is_unfinished = protocol->refill && protocol->refill(c);
    if (!write_out(c)) {
      close_connection(c);
    } else if (is_unfinished && !c->waits_for_room) {
      loop_flush_later(c);
      has_more = true;
    }
  }
  return has_more;
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->fd = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

static int listen_anywhere(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 4096) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    perror("listen");
    exit(1);
  }
  printf("127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void handle(const struct epoll_event *event) {
  struct connection *c = event->data.ptr;
  if (event->events & EPOLLOUT) {
    loop_flush_later(c);
  } else if (!read_in(c)) {
    close_connection(c);
  }
}

int loop_serve(const struct protocol *served) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  protocol = served;
  poller = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_anywhere();
  struct epoll_event own = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &own);
  struct epoll_event events[EVENTS_MAX];
  bool has_more = false;
  for (;;) {
    int count = epoll_wait(poller, events, EVENTS_MAX, has_more ? 0 : -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr) handle(&events[i]);
      else accept_all(listener);
    }
    has_more = flush_all();
  }
}
