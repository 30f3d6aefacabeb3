// Full-text search over a million messages: how long it takes to fill an index, how far it lags
// behind the sends when a thread of its own fills it, and how long a search takes.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../peers/c/load/histogram.h"
#include "storage.h"

// Variants of the index
static struct {
  const char *detail, *prefix;
  int automerge, crisismerge;
  enum { NO_SCOPE, OF_CONVERSATION, OF_USERS } scope;  // whose token stands in each row
  bool is_contentless;
  int per_commit, searches;
} search = {"full", "", 4, 16, NO_SCOPE, true, 2000, 300};

static sqlite3 *source, *target;
static sqlite3_stmt *insert, *pending;

static void create(void) {
  char sql[1024];
  snprintf(sql, sizeof sql,
           "CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(content%s, %s detail = %s%s%s,"
           " tokenize = \"unicode61 remove_diacritics 2\");"
           "CREATE TABLE IF NOT EXISTS progress (id INTEGER PRIMARY KEY, position INTEGER NOT NULL);"
           "INSERT OR IGNORE INTO progress VALUES (1, 0);"
           "INSERT INTO texts (texts, rank) VALUES ('automerge', %d), ('crisismerge', %d)",
           search.scope ? ", scope" : "", search.is_contentless ? "content = ''," : "",
           search.detail, *search.prefix ? ", prefix = " : "", search.prefix, search.automerge,
           search.crisismerge);
  execute(target, sql);
}

// Indexes the messages after the position that the index has reached, with the new position in the
// same transaction.
static int64_t follow(int64_t limit) {
  int64_t position = integer(target, "SELECT position FROM progress"), count = 0;
  execute(target, "BEGIN IMMEDIATE");
  sqlite3_bind_int64(pending, 1, position);
  sqlite3_bind_int64(pending, 2, limit);
  while (sqlite3_step(pending) == SQLITE_ROW) {
    position = sqlite3_column_int64(pending, 0);
    sqlite3_bind_int64(insert, 1, position);
    sqlite3_bind_text(insert, 2, (const char *)sqlite3_column_text(pending, 1), -1, SQLITE_STATIC);
    if (search.scope) {
      char scope[64];
      int64_t index = (sqlite3_column_int64(pending, 3) - 1) / 2;
      if (search.scope == OF_USERS) {
        snprintf(scope, sizeof scope, "u%06d u%06d", user_of(index, false), user_of(index, true));
      } else {
        snprintf(scope, sizeof scope, "c%llx", (unsigned long long)conversation_id(index));
      }
      sqlite3_bind_text(insert, 3, scope, -1, SQLITE_TRANSIENT);
    }
    step(target, insert);
    count++;
  }
  sqlite3_reset(pending);
  char sql[96];
  snprintf(sql, sizeof sql, "UPDATE progress SET position = %lld; COMMIT", (long long)position);
  execute(target, sql);
  return count;
}

static void fill(void) {
  execute(target, "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000");
  int64_t start = nanoseconds(), processor = processor_nanoseconds(), count = 0, slowest = 0;
  for (;;) {
    int64_t before = nanoseconds();
    int64_t done = follow(search.per_commit);
    int64_t took = nanoseconds() - before;
    if (took > slowest) slowest = took;
    if (done == 0) break;
    count += done;
  }
  if (count == 0) return;
  printf("{\"filled\": %lld, \"per_second\": %.0f, \"processor_us\": %.2f, \"slowest_ms\": %.0f,"
         " \"mib\": %.0f}\n",
         (long long)count, (double)count * 1e9 / (double)(nanoseconds() - start),
         (double)(processor_nanoseconds() - processor) / (double)count / 1e3,
         (double)slowest / 1e6,
         (double)integer(target, "SELECT sum(pgsize) FROM dbstat") / 1048576);
}

struct query {
  const char *name, *sql;
  bool is_scoped;
};

// Three words of a message that the user sees, frequent ones too: what people remember of it.
static void match_of(const char *user, char *match) {
  static sqlite3_stmt *any;
  if (!any) {
    any = prepare(target,
                  "SELECT content FROM source.chat_messages WHERE conversation_id ="
                  " (SELECT conversation_id FROM source.chat_participants WHERE user_id = ?"
                  " ORDER BY random() LIMIT 1) ORDER BY random() LIMIT 1");
  }
  sqlite3_bind_text(any, 1, user, -1, SQLITE_STATIC);
  *match = 0;
  char text[640], *words[40];
  int count = 0;
  if (sqlite3_step(any) == SQLITE_ROW) {
    snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(any, 0));
    for (char *word = strtok(text, " "); word && count < 40; word = strtok(NULL, " ")) {
      words[count++] = word;
    }
  }
  sqlite3_reset(any);
  static uint64_t seed;
  for (int i = 0; i < 3; i++) {
    const char *word = words[mix(seed++) % (uint64_t)count];
    strcat(match, i ? " " : "");
    strcat(match, word);
  }
}

static void ask(const char *name, const char *sql, const char *user, const char *template) {
  static struct histogram latencies;
  memset(&latencies, 0, sizeof latencies);
  sqlite3_stmt *statement = prepare(target, sql);
  int64_t found = 0;
  for (int i = 0; i < search.searches; i++) {
    char words[128];
    static char match[200000];
    match_of(user, words);
    snprintf(match, sizeof match, template, words);
    // Processor time: nothing here waits for the disk, and other programs do not count.
    int64_t start = processor_nanoseconds();
    sqlite3_bind_text(statement, 1, match, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, user, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW) found++;
    if (sqlite3_reset(statement) != SQLITE_OK) fail(sql, sqlite3_errmsg(target));
    histogram_add(&latencies, processor_nanoseconds() - start);
  }
  sqlite3_finalize(statement);
  printf("{\"query\": \"%s\", \"user\": \"%s\", \"p50_ms\": %.2f, \"p99_ms\": %.2f,"
         " \"max_ms\": %.1f, \"found\": %.1f}\n",
         name, user, (double)histogram_quantile(&latencies, 0.5) / 1e6,
         (double)histogram_quantile(&latencies, 0.99) / 1e6, (double)latencies.max / 1e6,
         (double)found / search.searches);
  fflush(stdout);
}

// The rowid of the index is the position of of the message.
static const char *ranked =
    "SELECT t.rowid FROM texts t JOIN source.chat_messages m ON m.position = t.rowid"
    " WHERE texts MATCH ?1 AND m.conversation_id IN"
    " (SELECT conversation_id FROM source.chat_participants WHERE user_id = ?2)"
    " ORDER BY bm25(texts) LIMIT 20";
static const char *newest =
    "SELECT t.rowid FROM texts t JOIN source.chat_messages m ON m.position = t.rowid"
    " WHERE texts MATCH ?1 AND m.conversation_id IN"
    " (SELECT conversation_id FROM source.chat_participants WHERE user_id = ?2)"
    " ORDER BY t.rowid DESC LIMIT 20";

static const char *texts =
    "SELECT t.rowid, m.content FROM texts t JOIN source.chat_messages m ON m.position = t.rowid"
    " WHERE texts MATCH ?1 AND m.conversation_id IN"
    " (SELECT conversation_id FROM source.chat_participants WHERE user_id = ?2)"
    " ORDER BY t.rowid DESC LIMIT 1000";

// All conversations of the user, one or the other.
static void ask_scopes(const char *user) {
  sqlite3_stmt *all = prepare(
      target,
      "SELECT 'content : (%s) AND scope : (' || group_concat('c' || printf('%x',"
      " conversation_id), ' OR ') || ')' FROM source.chat_participants WHERE user_id = ?");
  sqlite3_bind_text(all, 1, user, -1, SQLITE_STATIC);
  sqlite3_step(all);
  char *template = strdup((const char *)sqlite3_column_text(all, 0));
  sqlite3_finalize(all);
  ask("ranked", ranked, user, template);
  ask("newest 20", newest, user, template);
  ask("newest 1000 with texts", texts, user, template);
  free(template);
}

static void set(const char *name, const char *value) {
  if (strcmp(name, "detail") == 0) search.detail = value;
  if (strcmp(name, "prefix") == 0) search.prefix = value;
  if (strcmp(name, "automerge") == 0) search.automerge = atoi(value);
  if (strcmp(name, "crisismerge") == 0) search.crisismerge = atoi(value);
  if (strcmp(name, "scope") == 0) search.scope = (unsigned)atoi(value);
  if (strcmp(name, "contentless") == 0) search.is_contentless = atoi(value);
  if (strcmp(name, "per-commit") == 0) search.per_commit = atoi(value);
  if (strcmp(name, "searches") == 0) search.searches = atoi(value);
}

// search DATABASE INDEX [NAME=VALUE...]
void measure_search(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    char *equals = strchr(arguments[i], '=');
    if (!equals) fail(arguments[i], "not NAME=VALUE");
    *equals = 0;
    set(arguments[i], equals + 1);
  }
  source = database_open(options.path, false);
  target = database_open(arguments[0], true);
  create();
  insert = prepare(target, search.scope
                               ? "INSERT INTO texts (rowid, content, scope) VALUES (?, ?, ?)"
                               : "INSERT INTO texts (rowid, content) VALUES (?, ?)");
  pending = prepare(source,
                    "SELECT e.position, m.content, e.conversation_id, m.sender_id FROM events e"
                    " JOIN chat_messages m USING (position)"
                    " WHERE e.position > ? ORDER BY e.position LIMIT ?");
  fill();
  char sql[512];
  snprintf(sql, sizeof sql, "ATTACH '%s' AS source", options.path);
  execute(target, sql);
  // A member of the staff with a thousand conversations, one with fifty, a patient with three.
  char few[24], some[24], many[24];
  snprintf(many, sizeof many, "user-%06d", PATIENTS);
  snprintf(some, sizeof some, "user-%06d", PATIENTS + 7);
  snprintf(few, sizeof few, "user-%06d", 7);
  const char *users[] = {few, some, many};
  for (int i = 0; i < 3; i++) {
    char column[64], prefix[64];
    if (search.scope == OF_USERS) {
      snprintf(column, sizeof column, "content : (%%s) AND scope : u%s", users[i] + 5);
      snprintf(prefix, sizeof prefix, "content : (%%s*) AND scope : u%s", users[i] + 5);
    } else {
      snprintf(column, sizeof column, search.scope ? "content : (%%s)" : "%%s");
      snprintf(prefix, sizeof prefix, search.scope ? "content : (%%s*)" : "%%s*");
    }
    if (search.scope != OF_CONVERSATION) {
      ask("ranked", ranked, users[i], column);
      ask("newest 20", newest, users[i], column);
      ask("newest 1000 with texts", texts, users[i], column);
      ask("newest 1000 with texts, last a prefix", texts, users[i], prefix);
    } else {
      ask_scopes(users[i]);
    }
  }
}
