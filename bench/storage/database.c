// A connection as the server opens it, and what goes wrong with one.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "storage.h"

void fail(const char *what, const char *why) {
  fprintf(stderr, "storage: %s: %s\n", what, why);
  exit(1);
}

int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

int64_t processor_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

void execute(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(db));
}

sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
    fail(sql, sqlite3_errmsg(db));
  }
  return statement;
}

void step(sqlite3 *db, sqlite3_stmt *statement) {
  sqlite3_step(statement);
  if (sqlite3_reset(statement) != SQLITE_OK) fail(sqlite3_sql(statement), sqlite3_errmsg(db));
}

int64_t integer(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = prepare(db, sql);
  int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return value;
}

sqlite3 *database_open(const char *path, bool is_writer) {
  static const char *levels[] = {"OFF", "NORMAL", "FULL"};
  sqlite3 *db;
  if (sqlite3_open(path, &db) != SQLITE_OK) fail(path, sqlite3_errmsg(db));
  char sql[512];
  snprintf(sql, sizeof sql,
           "PRAGMA page_size = %d; PRAGMA journal_mode = WAL; PRAGMA synchronous = %s;"
           "PRAGMA cache_size = %d; PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF;"
           "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = %d; PRAGMA wal_autocheckpoint = 0;"
           "PRAGMA busy_timeout = 5000",
           options.page_bytes, levels[options.sync_level],
           is_writer ? -options.cache_kib : -2048, options.checks_foreign_keys);
  execute(db, sql);
  return db;
}
