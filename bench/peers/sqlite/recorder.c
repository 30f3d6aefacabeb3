// Loaded in front of a program (LD_PRELOAD), it writes down every statement that the program runs on
// databases it may write to, so that the same statements can be run again without the program.
//   RECORD_DATABASE  what the paths of its databases end with
//   RECORD_TO        the file to write
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "literals.h"
#include "recording.h"

enum { STATEMENTS_MAX = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *output;
static struct {
  uint32_t connection;
  char *sql;
} known[STATEMENTS_MAX];
static uint32_t known_count;

static void put(const void *bytes, size_t count) { fwrite(bytes, 1, count, output); }

static void put_number(uint32_t value) { put(&value, sizeof value); }

static uint32_t number_of(const char *sql, uint32_t connection) {
  for (uint32_t i = 0; i < known_count; i++) {
    if (known[i].connection == connection && strcmp(known[i].sql, sql) == 0) return i;
  }
  if (known_count == STATEMENTS_MAX) abort();
  known[known_count].connection = connection;
  known[known_count].sql = strdup(sql);
  putc(RECORDED_STATEMENT, output);
  put_number(connection);
  put_number(known_count);
  put_number((uint32_t)strlen(sql));
  put(sql, strlen(sql));
  return known_count++;
}

static void record(uint32_t connection, sqlite3_stmt *statement) {
  const char *sql = sqlite3_sql(statement);
  char *expanded = sqlite3_expanded_sql(statement);
  if (!sql || !expanded) return;
  uint32_t number = number_of(sql, connection);
  putc(RECORDED_RUN, output);
  put_number(connection);
  put_number(number);
  literals_write(output, statement, sql, expanded);
  fflush(output);
  sqlite3_free(expanded);
}

// The full-text index runs statements of its own within those that use it, on tables with quotes.
static bool is_inner(const char *sql) { return strstr(sql, "'main'.'") || strstr(sql, "\"main\".\""); }

static int traced(unsigned kind, void *connection, void *statement, void *text) {
  // The statements of triggers come as comments. Whoever runs the outer statement runs them too.
  if (kind != SQLITE_TRACE_STMT || strncmp(text, "--", 2) == 0 || is_inner(text)) return 0;
  pthread_mutex_lock(&lock);
  record((uint32_t)(uintptr_t)connection, statement);
  pthread_mutex_unlock(&lock);
  return 0;
}

static bool ends_with(const char *path, const char *end) {
  size_t count = strlen(path), wanted = strlen(end);
  return count >= wanted && strcmp(path + count - wanted, end) == 0;
}

int sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs) {
  static int (*open_next)(const char *, sqlite3 **, int, const char *);
  static uintptr_t connections;
  const char *to = getenv("RECORD_TO"), *wanted = getenv("RECORD_DATABASE");
  pthread_mutex_lock(&lock);
  if (!open_next) *(void **)&open_next = dlsym(RTLD_NEXT, "sqlite3_open_v2");
  if (!output && to) output = fopen(to, "w");
  uintptr_t number = ++connections;
  pthread_mutex_unlock(&lock);
  int result = open_next(path, db, flags, vfs);
  if (result == SQLITE_OK && output && wanted && (flags & SQLITE_OPEN_READWRITE) &&
      ends_with(path, wanted)) {
    sqlite3_trace_v2(*db, SQLITE_TRACE_STMT, traced, (void *)number);
  }
  return result;
}
