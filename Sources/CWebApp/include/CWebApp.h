#ifndef WARDLINE_WEB_APP_H
#define WARDLINE_WEB_APP_H

#include <stddef.h>

/// A file of the web app, as it was when the program was built.
typedef struct {
  /// Below the folder of the app, such as `components/chat-window.js`.
  const char *_Nonnull path;
  const unsigned char *_Nonnull bytes;
  size_t length;
} wardline_web_file;

size_t wardline_web_file_count(void);

/// The file of that number, from 0; the last one for a number beyond.
wardline_web_file wardline_web_file_at(size_t index);

#endif
