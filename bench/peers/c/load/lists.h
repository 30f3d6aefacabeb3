// Lists that stand in files, a line each.
#pragma once

#include <stddef.h>

struct list {
  char **lines;
  size_t count;
};

// Reads `folder/name`; fails if there is none or it is empty.
struct list list_read(const char *folder, const char *name);
