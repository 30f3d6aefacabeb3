#include "statements.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording.h"

void fail(const char *what, const char *why) {
  fprintf(stderr, "sqlite-replay: %s: %s\n", what, why);
  exit(1);
}

static bool begins_with(const char *sql, const char *word) {
  return strncasecmp(sql, word, strlen(word)) == 0;
}

static void name_table(struct statement *s) {
  static const char *const words[] = {"INTO ", "UPDATE ", "FROM "};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const char *place = strstr(s->sql, words[i]);
    if (!place) continue;
    sscanf(place + strlen(words[i]), " %63[A-Za-z0-9_]", s->table);
    return;
  }
}

static void classify(struct statement *s) {
  const char *sql = s->sql + strspn(s->sql, " \n");
  static const char *const transactions[] = {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"};
  for (size_t i = 0; i < sizeof transactions / sizeof *transactions; i++) {
    if (begins_with(sql, transactions[i])) s->is_transaction = true;
  }
  s->is_setting = begins_with(sql, "PRAGMA");
  s->is_read = begins_with(sql, "SELECT") || begins_with(sql, "WITH");
  name_table(s);
  s->is_send = begins_with(sql, "INSERT") && strcmp(s->table, "chat_messages") == 0;
  s->is_chosen = true;
}

static uint32_t take_number(const uint8_t **place) {
  uint32_t value;
  memcpy(&value, *place, sizeof value);
  *place += sizeof value;
  return value;
}

static void skip_values(const uint8_t **place, uint32_t count) {
  for (; count > 0; count--) {
    switch (*(*place)++) {
      case SQLITE_NULL: break;
      case SQLITE_INTEGER:
      case SQLITE_FLOAT: *place += 8; break;
      default: {
        uint32_t bytes = take_number(place);
        *place += bytes;
      }
    }
  }
}

// Takes a STATEMENT, whose mark has been taken.
static void take_statement(struct recording *r, const uint8_t **place) {
  uint32_t connection = take_number(place);
  uint32_t number = take_number(place), bytes = take_number(place);
  if (number >= STATEMENTS_MAX) fail("the recording", "has too many statements");
  if (number >= r->count) {
    struct statement *s = &r->statements[number];
    s->sql = strndup((const char *)*place, bytes);
    classify(s);
    s->connection = connection;
    if (strstr(s->sql, "INTO message_text")) r->index = connection;
    r->count = number + 1;
  }
  *place += bytes;
}

void recording_open(struct recording *r, const char *path) {
  int file = open(path, O_RDONLY);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0 || about.st_size == 0) fail(path, "cannot be read");
  r->bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (r->bytes == MAP_FAILED) fail(path, "cannot be mapped");
  close(file);
  r->end = r->bytes + about.st_size;
  // Twice: only the first time through are the statements known, and with them who stores messages.
  for (const uint8_t *place = r->bytes; place < r->end;) {
    if (*place++ == RECORDED_STATEMENT) {
      take_statement(r, &place);
      continue;
    }
    uint32_t connection = take_number(&place);
    struct statement *s = &r->statements[take_number(&place)];
    skip_values(&place, take_number(&place));
    s->runs++;
    if (!s->is_send) continue;
    r->connection = connection;
    r->sends++;
  }
  if (r->sends == 0) fail(path, "has no sends");
}

bool recording_next(struct recording *r, const uint8_t **place, struct run *run) {
  while (*place < r->end) {
    if (*(*place)++ == RECORDED_STATEMENT) {
      take_statement(r, place);
      continue;
    }
    uint32_t connection = take_number(place);
    run->statement = &r->statements[take_number(place)];
    run->value_count = take_number(place);
    run->values = *place;
    skip_values(place, run->value_count);
    run->is_of_index = connection == r->index;
    if (connection == r->connection || run->is_of_index) return true;
  }
  return false;
}

static void bind(sqlite3_stmt *statement, const struct run *run) {
  const uint8_t *place = run->values;
  for (int i = 1; i <= (int)run->value_count; i++) {
    int64_t integer;
    double real;
    int type = *place++;
    if (type == SQLITE_NULL) {
      sqlite3_bind_null(statement, i);
    } else if (type == SQLITE_INTEGER) {
      memcpy(&integer, place, 8);
      sqlite3_bind_int64(statement, i, integer);
      place += 8;
    } else if (type == SQLITE_FLOAT) {
      memcpy(&real, place, 8);
      sqlite3_bind_double(statement, i, real);
      place += 8;
    } else {
      uint32_t bytes = take_number(&place);
      if (type == SQLITE_TEXT) {
        sqlite3_bind_text(statement, i, (const char *)place, (int)bytes, SQLITE_STATIC);
      } else {
        sqlite3_bind_blob(statement, i, place, (int)bytes, SQLITE_STATIC);
      }
      place += bytes;
    }
  }
}

void run_again(sqlite3 *db, const struct run *run) {
  struct statement *s = run->statement;
  if (!s->prepared && sqlite3_prepare_v3(db, s->sql, -1, SQLITE_PREPARE_PERSISTENT, &s->prepared,
                          NULL) != SQLITE_OK) {
    fail(s->sql, sqlite3_errmsg(db));
  }
  bind(s->prepared, run);
  int result;
  while ((result = sqlite3_step(s->prepared)) == SQLITE_ROW) {
    // The columns are decoded, as a program that wants them has it done.
    for (int i = sqlite3_column_count(s->prepared) - 1; i >= 0; i--) {
      if (sqlite3_column_type(s->prepared, i) == SQLITE_TEXT) {
        sqlite3_column_text(s->prepared, i);
      }
    }
  }
  if (result != SQLITE_DONE) fail(s->sql, sqlite3_errmsg(db));
  sqlite3_reset(s->prepared);
}
