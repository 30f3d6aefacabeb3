#include "tls.h"

#include <errno.h>
#include <openssl/ssl.h>

#include "link.h"

static SSL_CTX *shared(void) {
  static SSL_CTX *context;
  if (context) return context;
  context = SSL_CTX_new(TLS_client_method());
  if (!context) fail("OpenSSL does not start");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_mode(
      context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Reads more than one record at a time from the socket.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, 128 << 10);
  return context;
}

struct tls *tls_open(int fd) {
  SSL *ssl = SSL_new(shared());
  if (!ssl || SSL_set_fd(ssl, fd) != 1) fail("OpenSSL is out of memory");
  if (SSL_connect(ssl) != 1) fail("the TLS handshake failed");
  return (struct tls *)ssl;
}

void tls_close(struct tls *tls) { SSL_free((SSL *)tls); }

static ssize_t result(SSL *ssl, int count) {
  if (count > 0) return count;
  switch (SSL_get_error(ssl, count)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: errno = EAGAIN; return -1;
    case SSL_ERROR_ZERO_RETURN: return 0;
    default: errno = EPIPE; return -1;
  }
}

ssize_t tls_read(struct tls *tls, void *to, size_t room) {
  return result((SSL *)tls, SSL_read((SSL *)tls, to, (int)room));
}

ssize_t tls_write(struct tls *tls, const void *bytes, size_t count) {
  return result((SSL *)tls, SSL_write((SSL *)tls, bytes, (int)count));
}
