// Reads pages of one conversation's history by a prepared statement, at random places, and prints
// what came of it as one line of JSON. Every value of every row is taken.
//   sqlite-history [--seconds S] [--warm-up S] --messages N --conversation NAME DATABASE
#include <getopt.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../c/load/histogram.h"

enum { PAGE_ROWS = 50 };

static const char select_page[] =
    "SELECT * FROM chat_messages WHERE conversation_id = ? AND sequence < ?"
    " ORDER BY sequence DESC LIMIT ?";
static double seconds = 1, warm_up = 0.5;
static uint64_t messages;
static const char *conversation;
static volatile uint64_t taken;  // so that the compiler does not leave out the taking

static void fail(const char *what) {
  fprintf(stderr, "sqlite-history: %s\n", what);
  exit(1);
}

static int64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

// The number behind a name in the base 32 of Crockford.
static int64_t number_of(const char *name) {
  static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  int64_t number = 0;
  for (; *name; name++) {
    const char *digit = strchr(digits, *name);
    if (!digit) fail("not the name of a conversation");
    number = number << 5 | (digit - digits);
  }
  return number;
}

static void take_page(sqlite3_stmt *statement, int64_t before) {
  sqlite3_bind_int64(statement, 1, number_of(conversation));
  sqlite3_bind_int64(statement, 2, before);
  sqlite3_bind_int(statement, 3, PAGE_ROWS);
  int rows = 0;
  for (; sqlite3_step(statement) == SQLITE_ROW; rows++) {
    for (int i = sqlite3_column_count(statement) - 1; i >= 0; i--) {
      int type = sqlite3_column_type(statement, i);
      if (type == SQLITE_TEXT) taken += *sqlite3_column_text(statement, i);
      else taken += (uint64_t)sqlite3_column_int64(statement, i);
    }
  }
  sqlite3_reset(statement);
  if (rows != PAGE_ROWS) fail("a page is not full");
}

static uint64_t random_number(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static void measure(sqlite3_stmt *statement) {
  static struct histogram latencies;
  int64_t start = nanoseconds(CLOCK_MONOTONIC), warm = start + (int64_t)(warm_up * 1e9);
  int64_t end = warm + (int64_t)(seconds * 1e9), began = 0, cpu = 0;
  while (start < end) {
    take_page(statement, PAGE_ROWS + 1 + (int64_t)(random_number() % (messages - PAGE_ROWS)));
    int64_t now = nanoseconds(CLOCK_MONOTONIC);
    if (began) {
      histogram_add(&latencies, now - start);
    } else if (now >= warm) {
      began = now;
      cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    }
    start = now;
  }
  double elapsed = (double)(start - began), done = (double)latencies.count;
  double spent = (double)(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  printf("{\"unit\": \"pages\", \"count\": %.0f, \"seconds\": %.3f, \"rate\": %.1f", done,
      elapsed / 1e9, done / elapsed * 1e9);
  printf(", \"server_us\": %.4f, \"server_busy\": %.3f, \"client_busy\": 0", spent / 1e3 / done,
      spent / elapsed);
  printf(", \"latency_us\": {\"p50\": %.1f, \"p99\": %.1f}}\n",
      (double)histogram_quantile(&latencies, 0.5) / 1e3,
      (double)histogram_quantile(&latencies, 0.99) / 1e3);
}

int main(int count, char **arguments) {
  static const struct option names[] = {{"seconds", 1, 0, 's'}, {"warm-up", 1, 0, 'w'},
      {"messages", 1, 0, 'm'}, {"conversation", 1, 0, 'c'}, {0}};
  for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (name) {
      case 's': seconds = atof(optarg); break;
      case 'w': warm_up = atof(optarg); break;
      case 'm': messages = strtoull(optarg, NULL, 10); break;
      case 'c': conversation = optarg; break;
      default: return 2;
    }
  }
  if (optind != count - 1 || !conversation || messages <= PAGE_ROWS) fail("usage");
  sqlite3 *db;
  sqlite3_stmt *statement;
  if (sqlite3_open_v2(arguments[optind], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
      sqlite3_exec(db, "PRAGMA mmap_size = 0; PRAGMA cache_size = -2048", NULL, NULL, NULL) ||
      sqlite3_prepare_v3(db, select_page, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)) {
    fail(sqlite3_errmsg(db));
  }
  measure(statement);
  return 0;
}
