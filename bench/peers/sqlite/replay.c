// Runs the statements of recorded sends again, on a copy of the database that they ran on, in
// transactions of so many sends, and prints one line of JSON.
//   sqlite-replay [--batch N] [--warm-up N] [--tables a,b,c] [--writes-only] [--index DATABASE]
//                 RECORDING DATABASE
//   sqlite-replay --list RECORDING
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../c/load/histogram.h"
#include "statements.h"

static struct {
  uint64_t batch, warm_up;
  const char *tables, *index;
  bool writes_only, only_lists;
} options = {.batch = 256, .warm_up = 2560};

static struct recording recording;

static int64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void execute(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(db));
}

static bool is_listed(const char *table) {
  size_t count = strlen(table);
  for (const char *place = options.tables; place; place = strchr(place, ',')) {
    if (*place == ',') place++;
    if (strncmp(place, table, count) == 0 && (place[count] == ',' || !place[count])) return true;
  }
  return false;
}

static void choose(void) {
  for (uint32_t i = 0; i < recording.count; i++) {
    struct statement *s = &recording.statements[i];
    // Settings that change something are those of the server's connection; others only ask.
    if (s->is_setting) s->is_chosen = strchr(s->sql, '=') != NULL;
    else s->is_chosen = !s->is_transaction && !(options.writes_only && s->is_read);
    if (options.tables && !s->is_setting && !is_listed(s->table)) s->is_chosen = false;
  }
}

static void list(void) {
  printf("{\"sends\": %llu, \"statements\": [", (unsigned long long)recording.sends);
  const char *comma = "";
  for (uint32_t i = 0; i < recording.count; i++) {
    const struct statement *s = &recording.statements[i];
    if (s->is_setting || s->connection != recording.connection) continue;
    printf("%s{\"table\": \"%s\", \"reads\": %s, \"is_transaction\": %s, \"runs\": %llu}", comma,
        s->table, s->is_read ? "true" : "false", s->is_transaction ? "true" : "false",
        (unsigned long long)s->runs);
    comma = ", ";
  }
  puts("]}");
}

static int64_t pages_written(sqlite3 *db) {
  int count = 0, most;
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_WRITE, &count, &most, 0);
  return count;
}

static void print(sqlite3 *db, uint64_t sends, int64_t began, int64_t cpu, int64_t pages,
    const struct histogram *batches) {
  double elapsed = (double)(nanoseconds(CLOCK_MONOTONIC) - began);
  double spent = (double)(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  double count = (double)sends;
  printf("{\"unit\": \"sends\", \"count\": %llu, \"seconds\": %.3f, \"rate\": %.1f",
      (unsigned long long)sends, elapsed / 1e9, count / (elapsed / 1e9));
  printf(", \"server_us\": %.4f, \"server_busy\": %.3f, \"client_busy\": 0", spent / 1e3 / count,
      spent / elapsed);
  printf(", \"pages\": %.3f", (double)(pages_written(db) - pages) / count);
  printf(", \"latency_us\": {\"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}}\n",
      (double)histogram_quantile(batches, 0.5) / 1e3,
      (double)histogram_quantile(batches, 0.99) / 1e3, (double)batches->max / 1e3);
}

static sqlite3 *open_database(const char *path) {
  sqlite3 *db;
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
    fail(path, "cannot be opened");
  }
  return db;
}

// Of the index everything is run as it was, with its own transactions.
static void index_again(const struct run *run) {
  static sqlite3 *index;
  if (!options.index) return;
  if (!index) index = open_database(options.index);
  if (!run->statement->is_setting || strchr(run->statement->sql, '=')) run_again(index, run);
}

static void replay(sqlite3 *db) {
  static struct histogram batches;
  const uint8_t *place = recording.bytes;
  uint64_t sends = 0, measured_from = 0;
  int64_t began = 0, cpu = 0, pages = 0, batch_began = 0;
  bool is_open = false;
  for (struct run run; recording_next(&recording, &place, &run);) {
    if (run.is_of_index) index_again(&run);
    if (run.is_of_index || !run.statement->is_chosen) continue;
    bool is_within = !run.statement->is_setting;
    if (is_open != is_within) {
      batch_began = nanoseconds(CLOCK_MONOTONIC);
      execute(db, is_open ? "COMMIT" : "BEGIN IMMEDIATE");
      is_open = is_within;
    }
    run_again(db, &run);
    if (!run.statement->is_send || ++sends % options.batch != 0) continue;
    execute(db, "COMMIT");
    is_open = false;
    if (began) histogram_add(&batches, nanoseconds(CLOCK_MONOTONIC) - batch_began);
    if (began || sends < options.warm_up) continue;
    measured_from = sends;
    began = nanoseconds(CLOCK_MONOTONIC);
    cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    pages = pages_written(db);
  }
  if (is_open) execute(db, "COMMIT");
  if (sends <= measured_from) fail("the recording", "is shorter than the warm-up");
  print(db, sends - measured_from, began, cpu, pages, &batches);
}

int main(int count, char **arguments) {
  static const struct option names[] = {{"batch", 1, 0, 'b'}, {"warm-up", 1, 0, 'w'},
      {"tables", 1, 0, 't'}, {"index", 1, 0, 'i'}, {"writes-only", 0, 0, 'o'},
      {"list", 0, 0, 'l'}, {0}};
  for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (name) {
      case 'b': options.batch = strtoull(optarg, NULL, 10); break;
      case 'w': options.warm_up = strtoull(optarg, NULL, 10); break;
      case 't': options.tables = optarg; break;
      case 'i': options.index = optarg; break;
      case 'o': options.writes_only = true; break;
      case 'l': options.only_lists = true; break;
      default: return 2;
    }
  }
  if (optind + (options.only_lists ? 1 : 2) != count) fail("usage", "RECORDING DATABASE");
  recording_open(&recording, arguments[optind]);
  if (options.only_lists) {
    list();
    return 0;
  }
  choose();
  replay(open_database(arguments[optind + 1]));
  return 0;
}
