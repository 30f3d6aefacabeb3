// storage: what SQLite itself takes for the work of a send, and for what else Wardline asks of it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage.h"

struct options options = {
    .layout = WITHOUT_ROWID,
    .keys = "user-text",
    .checkpoint = "own:10000",
    .conversations = 100000,
    .preload = 1000000,
    .messages = 200000,
    .batch = 256,
    .page_bytes = 4096,
    .cache_kib = 16384,
    .sync_level = 2,
    .writes_messages = true,
    .writes_events = true,
    .writes_audit = true,
    .writes_totals = true,
    .writes_members = true,
    .reads_first = true,
    .checks_foreign_keys = true,
};

static const struct number {
  const char *name;
  int64_t *value;
} numbers[] = {
    {"conversations", &options.conversations}, {"preload", &options.preload},
    {"messages", &options.messages},           {"batch", &options.batch},
    {"hot", &options.hot},
};

static const struct small {
  const char *name;
  int *value;
} smalls[] = {
    {"page", &options.page_bytes}, {"cache", &options.cache_kib}, {"sync", &options.sync_level},
};

static const struct flag {
  const char *name;
  bool *value;
} flags[] = {
    {"text-kinds", &options.has_text_kinds}, {"time-keys", &options.has_time_keys},
    {"message", &options.writes_messages},   {"events", &options.writes_events},
    {"audit", &options.writes_audit},        {"totals", &options.writes_totals},
    {"members", &options.writes_members},    {"reads", &options.reads_first},
    {"tallies", &options.has_tallies},       {"foreign", &options.checks_foreign_keys},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void set(const char *name, const char *value) {
  for (unsigned i = 0; i < COUNT(numbers); i++) {
    if (strcmp(numbers[i].name, name) == 0) *numbers[i].value = atoll(value);
  }
  for (unsigned i = 0; i < COUNT(smalls); i++) {
    if (strcmp(smalls[i].name, name) == 0) *smalls[i].value = atoi(value);
  }
  for (unsigned i = 0; i < COUNT(flags); i++) {
    if (strcmp(flags[i].name, name) == 0) *flags[i].value = atoi(value);
  }
  if (strcmp(name, "keys") == 0) options.keys = value;
  if (strcmp(name, "checkpoint") == 0) options.checkpoint = value;
  if (strcmp(name, "layout") == 0) {
    options.layout = value[0] == 'w' ? WITHOUT_ROWID : value[0] == 'n' ? NUMBERED : INDEXED;
  }
}

int main(int count, char **arguments) {
  if (count < 3) fail("usage", "storage send|load|disk|search PATH [NAME=VALUE...]");
  options.path = arguments[2];
  corpus_open();
  if (strcmp(arguments[1], "search") == 0) {
    if (count < 4) fail("usage", "storage search DATABASE INDEX [NAME=VALUE...]");
    measure_search(count - 3, arguments + 3);
    return 0;
  }
  for (int i = 3; i < count; i++) {
    char *equals = strchr(arguments[i], '=');
    if (!equals) fail(arguments[i], "not NAME=VALUE");
    *equals = 0;
    set(arguments[i], equals + 1);
  }
  if (strcmp(arguments[1], "disk") == 0) {
    measure_disk(options.path);
    return 0;
  }
  bool is_new = access(options.path, F_OK) != 0;
  sqlite3 *db = database_open(options.path, true);
  if (is_new) {
    load(db);
    sqlite3_close(db);  // with the memory that only loading needs
    db = database_open(options.path, true);
  }
  if (strcmp(arguments[1], "send") == 0) measure_sends(db);
  sqlite3_close(db);
}
