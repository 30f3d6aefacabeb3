// Inserts messages into PostgreSQL, many rows in a statement, each statement a transaction of its
// own, and prints what came of it as one line of JSON. Every connection has one statement under way.
//   postgresql-load [--connections N] [--rows N] [--payload BYTES] [--seconds S] [--warm-up S]
//                   [--server PID] CONNECTION-STRING
#include <getopt.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../c/load/load.h"

enum { COLUMNS = 4, ROWS_MAX = 1024, CONNECTIONS_MAX = 64 };

struct options options = {.connections = 1, .payload_bytes = 128, .seconds = 2, .warm_up = 0.5};
int64_t now;
static int rows = 64;
static char *content;

struct session {
  PGconn *connection;
  int64_t sent_at;
};
static struct session sessions[CONNECTIONS_MAX];
static struct histogram latencies;
static uint64_t inserted;

void fail(const char *what) {
  fprintf(stderr, "postgresql-load: %s\n", what);
  exit(1);
}

void read_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  now = t.tv_sec * 1000000000ll + t.tv_nsec;
}

static uint64_t random_number(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static void execute(PGconn *connection, const char *sql) {
  PGresult *result = PQexec(connection, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(PQerrorMessage(connection));
  PQclear(result);
}

static void prepare(PGconn *connection) {
  static char sql[ROWS_MAX * 32];
  char *end = sql + sprintf(sql, "INSERT INTO messages (conversation, sender, key, content) VALUES ");
  for (int row = 0; row < rows; row++) {
    int first = row * COLUMNS + 1;
    end += sprintf(end, "%s($%d,$%d,$%d,$%d)", row ? "," : "", first, first + 1, first + 2,
        first + 3);
  }
  PGresult *result = PQprepare(connection, "insert", sql, rows * COLUMNS, NULL);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection));
  PQclear(result);
}

static void insert(struct session *s) {
  static char texts[ROWS_MAX * 3][40];
  static const char *values[ROWS_MAX * COLUMNS];
  for (int row = 0; row < rows; row++) {
    uint64_t conversation = random_number() % 100000;
    sprintf(texts[3 * row], "%llu", (unsigned long long)conversation);
    sprintf(texts[3 * row + 1], "%llu", (unsigned long long)(2 * conversation));
    sprintf(texts[3 * row + 2], "%016llx%016llx", (unsigned long long)random_number(),
        (unsigned long long)random_number());
    for (int i = 0; i < 3; i++) values[row * COLUMNS + i] = texts[3 * row + i];
    values[row * COLUMNS + 3] = content;
  }
  s->sent_at = now;
  if (!PQsendQueryPrepared(s->connection, "insert", rows * COLUMNS, values, NULL, NULL, 0) ||
      PQflush(s->connection) != 0) {
    fail(PQerrorMessage(s->connection));
  }
}

static void take(struct session *s) {
  if (!PQconsumeInput(s->connection)) fail(PQerrorMessage(s->connection));
  while (!PQisBusy(s->connection)) {
    PGresult *result = PQgetResult(s->connection);
    if (!result) {
      insert(s);
      return;
    }
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(s->connection));
    PQclear(result);
    histogram_add(&latencies, now - s->sent_at);
    inserted += (uint64_t)rows;
  }
}

static void open_sessions(const char *address) {
  for (unsigned i = 0; i < options.connections; i++) {
    PGconn *connection = sessions[i].connection = PQconnectdb(address);
    if (PQstatus(connection) != CONNECTION_OK) fail(PQerrorMessage(connection));
    if (i == 0) {
      execute(connection,
          "CREATE TABLE IF NOT EXISTS messages (position bigserial PRIMARY KEY,"
          " conversation bigint NOT NULL, sender bigint NOT NULL, key uuid NOT NULL,"
          " content text NOT NULL)");
    }
    execute(connection, "SET synchronous_commit = on");
    prepare(connection);
  }
}

static void parse(int count, char **arguments) {
  static const struct option names[] = {{"connections", 1, 0, 'c'}, {"rows", 1, 0, 'r'},
      {"payload", 1, 0, 'p'}, {"seconds", 1, 0, 's'}, {"warm-up", 1, 0, 'w'},
      {"server", 1, 0, 'P'}, {0}};
  for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (name) {
      case 'c': options.connections = (unsigned)atoi(optarg); break;
      case 'r': rows = atoi(optarg); break;
      case 'p': options.payload_bytes = (unsigned)atoi(optarg); break;
      case 's': options.seconds = atof(optarg); break;
      case 'w': options.warm_up = atof(optarg); break;
      case 'P': options.server = atoi(optarg); break;
      default: exit(2);
    }
  }
  if (optind != count - 1) fail("the connection string is missing");
  if (options.connections > CONNECTIONS_MAX || rows < 1 || rows > ROWS_MAX) fail("too many");
  options.address = arguments[optind];
}

int main(int count, char **arguments) {
  parse(count, arguments);
  content = calloc(1, options.payload_bytes + 1);
  memset(content, 'a', options.payload_bytes);
  open_sessions(options.address);
  struct pollfd sockets[CONNECTIONS_MAX];
  read_clock();
  for (unsigned i = 0; i < options.connections; i++) {
    sockets[i] = (struct pollfd){.fd = PQsocket(sessions[i].connection), .events = POLLIN};
    insert(&sessions[i]);
  }
  bool was_warm = false;
  while (measurement_goes_on(inserted)) {
    if (!was_warm && measurement_start_count() > 0) {
      was_warm = true;
      latencies = (struct histogram){0};
    }
    poll(sockets, options.connections, 100);
    read_clock();
    for (unsigned i = 0; i < options.connections; i++) {
      if (sockets[i].revents) take(&sessions[i]);
    }
  }
  measurement_print("rows", inserted - measurement_start_count(), &latencies);
  return 0;
}
