// The statements of a recording, ready to be run again.
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STATEMENTS_MAX = 4096 };

struct statement {
  char *sql;
  char table[64];  // what it is about: the first one that it names
  uint32_t connection;
  bool is_read, is_transaction, is_setting, is_send;
  bool is_chosen;
  sqlite3_stmt *prepared;  // when it has run once
  uint64_t runs;
};

struct recording {
  const uint8_t *bytes, *end;
  uint32_t connection;  // the one that stores messages
  uint32_t index;       // the one that writes the full-text index, or 0
  struct statement statements[STATEMENTS_MAX];
  uint32_t count;
  uint64_t sends;
};

struct run {
  bool is_of_index;
  struct statement *statement;
  const uint8_t *values;
  uint32_t value_count;
};

void fail(const char *what, const char *why) __attribute__((noreturn));
void recording_open(struct recording *, const char *path);
// The next run of either connection, at `*place`, which moves on. False: there is none.
bool recording_next(struct recording *, const uint8_t **place, struct run *);
// Binds the values and runs the statement to its end.
void run_again(sqlite3 *, const struct run *);
