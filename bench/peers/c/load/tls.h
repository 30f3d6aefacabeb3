// TLS 1.3 for the connections of the load generator. Certificates are not verified: nothing secret
// is sent, and what is measured is the server.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct tls;

// Shakes hands on a connected, blocking socket; fails unless it is TLS 1.3.
struct tls *tls_open(int fd);
void tls_close(struct tls *);

// As recv and send: -1 with errno EAGAIN when nothing can be done now.
ssize_t tls_read(struct tls *, void *to, size_t room);
ssize_t tls_write(struct tls *, const void *bytes, size_t count);
