// The tables of a send. What the part of the server does not write is left out.
#include <stdio.h>

#include "storage.h"

// As the server makes them: milliseconds and twenty random bits, so in the order of creation.
int64_t conversation_id(int64_t index) {
  return (1763700000000 + index * 37) << 20 | (int64_t)(mix((uint64_t)index) & 0xfffff);
}

int64_t message_number(int64_t index, int64_t sequence) { return (index + 1) << 32 | sequence; }

// One in a hundred conversations is of the first of the staff.
int user_of(int64_t index, bool is_staff) {
  uint64_t random = mix((uint64_t)index + 77);
  if (!is_staff) return (int)(index % PATIENTS);
  return PATIENTS + (random % 100 == 0 ? 0 : (int)(random / 100 % STAFF));
}

static const char *fields =
    "sender_id INTEGER NOT NULL, message_type %s NOT NULL, content TEXT NOT NULL,"
    "attachment_url TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
    "reply_to INTEGER, priority INTEGER, version INTEGER, edited_at INTEGER, deleted_at INTEGER,"
    "mentions TEXT, attachment_id BLOB, forwarded_conversation INTEGER,"
    "forwarded_sequence INTEGER, acting_service TEXT";

static void create_messages(sqlite3 *db, const char *kind) {
  static const char *references =
      "REFERENCES chat_conversations (conversation_id)";
  char columns[1024], sql[2048];
  snprintf(columns, sizeof columns, fields, kind);
  const char *foreign =
      "FOREIGN KEY (conversation_id, sender_id)"
      " REFERENCES chat_participants (conversation_id, participant_id)";
  switch (options.layout) {
    case WITHOUT_ROWID:
      snprintf(sql, sizeof sql,
               "CREATE TABLE chat_messages (conversation_id INTEGER NOT NULL %s,"
               " sequence INTEGER NOT NULL CHECK (sequence > 0), %s,"
               " PRIMARY KEY (conversation_id, sequence), %s) STRICT, WITHOUT ROWID",
               references, columns, foreign);
      break;
    case NUMBERED:
      snprintf(sql, sizeof sql,
               "CREATE TABLE chat_messages (number INTEGER PRIMARY KEY CHECK (number > 0),"
               " conversation_id INTEGER NOT NULL %s, %s, %s) STRICT",
               references, columns, foreign);
      break;
    case INDEXED:
      snprintf(sql, sizeof sql,
               "CREATE TABLE chat_messages (position INTEGER PRIMARY KEY,"
               " conversation_id INTEGER NOT NULL %s,"
               " sequence INTEGER NOT NULL CHECK (sequence > 0), %s,"
               " UNIQUE (conversation_id, sequence), %s) STRICT",
               references, columns, foreign);
  }
  execute(db, sql);
}

void schema_create(sqlite3 *db) {
  const char *kind = options.has_text_kinds ? "TEXT" : "INTEGER";
  char sql[4096];
  execute(db,
          "CREATE TABLE chat_conversations (conversation_id INTEGER PRIMARY KEY, type TEXT NOT NULL,"
          " title TEXT, is_active INTEGER NOT NULL, user_id TEXT, member_id TEXT, created_by INTEGER,"
          " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
          " last_sequence INTEGER NOT NULL, last_message_at INTEGER) STRICT;"
          "CREATE TABLE chat_participants (participant_id INTEGER PRIMARY KEY,"
          " conversation_id INTEGER NOT NULL, user_id TEXT NOT NULL, user_type TEXT NOT NULL,"
          " joined_at INTEGER NOT NULL, left_at INTEGER, is_active INTEGER NOT NULL,"
          " created_at INTEGER NOT NULL, joined_position INTEGER NOT NULL, left_position INTEGER,"
          " delivered_up_to INTEGER NOT NULL, delivered_at INTEGER, read_up_to INTEGER NOT NULL,"
          " read_at INTEGER, own_after_read INTEGER NOT NULL) STRICT;"
          "CREATE TABLE chat_tallies (conversation_id INTEGER NOT NULL,"
          " participant_id INTEGER NOT NULL, up_to INTEGER NOT NULL, at INTEGER,"
          " delivered_up_to INTEGER, delivered_at INTEGER, own_after_read INTEGER NOT NULL,"
          " PRIMARY KEY (conversation_id, participant_id)) STRICT, WITHOUT ROWID;"
          "CREATE UNIQUE INDEX chat_participants_by_conversation"
          " ON chat_participants (conversation_id, participant_id);"
          "CREATE INDEX chat_participants_by_user ON chat_participants (user_id, conversation_id)");
  create_messages(db, kind);
  snprintf(sql, sizeof sql,
           "CREATE TABLE events (position INTEGER PRIMARY KEY CHECK (position > 0),"
           " kind %s NOT NULL, conversation_id INTEGER NOT NULL, occurred_at INTEGER NOT NULL,"
           " sequence INTEGER, participant_id INTEGER, receipt_kind TEXT, audience TEXT,"
           " detail TEXT, client_key BLOB) STRICT;"
           "CREATE TABLE audit_records (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
           " operation %s NOT NULL, user_id TEXT NOT NULL, service_id TEXT, role %s NOT NULL,"
           " subject TEXT, outcome %s NOT NULL, origin TEXT, hash BLOB NOT NULL) STRICT",
           kind, kind, kind, kind);
  execute(db, sql);
}
