#define _GNU_SOURCE
#include "lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"

struct list list_read(const char *folder, const char *name) {
  char path[1024];
  if (!folder) fail("--lists is missing");
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (!file) fail("a list cannot be read");
  struct list list = {0};
  size_t room = 0, line_room = 0;
  char *line = NULL;
  for (ssize_t count; (count = getline(&line, &line_room, file)) > 0;) {
    if (line[count - 1] == '\n') line[count - 1] = 0;
    if (list.count == room) {
      room = room ? 2 * room : 1024;
      list.lines = realloc(list.lines, room * sizeof *list.lines);
    }
    list.lines[list.count++] = strdup(line);
  }
  free(line);
  fclose(file);
  if (list.count == 0) fail("a list is empty");
  return list;
}
