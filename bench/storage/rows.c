// The statements of a send.
#include <string.h>

#include "storage.h"

static sqlite3 *db;
static sqlite3_stmt *message, *event, *tally, *read_tallies, *conversation, *member, *read_conversation, *read_members;

static bool has_key;  // the event holds the key; the table only refers to it

static const int64_t now = 1763750000000;

void rows_prepare(sqlite3 *opened) {
  db = opened;
  static const char *inserts[] = {
      [WITHOUT_ROWID] =
          "INSERT INTO chat_messages (conversation_id, sequence, sender_id, message_type,"
          " content, created_at, updated_at) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      [NUMBERED] =
          "INSERT INTO chat_messages (number, conversation_id, sender_id, message_type,"
          " content, created_at, updated_at) VALUES (?1, ?2, ?4, ?5, ?6, ?7, ?8)",
      [INDEXED] =
          "INSERT INTO chat_messages (position, conversation_id, sequence, sender_id,"
          " message_type, content, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  };
  message = prepare(db, inserts[options.layout]);
  event = prepare(db,
                  "INSERT INTO events (position, kind, conversation_id, occurred_at, sequence,"
                  " client_key) VALUES (?, ?, ?, ?, ?, ?)");
  has_key = strcmp(options.keys, "hash8-ref") == 0 || strcmp(options.keys, "pending") == 0;
  conversation = prepare(db,
                         "UPDATE chat_conversations SET last_sequence = ?, last_message_at = ?"
                         " WHERE conversation_id = ?");
  member = prepare(db,
                   "UPDATE chat_participants SET delivered_up_to = ?, delivered_at = ?,"
                   " read_up_to = ?, read_at = ?, own_after_read = ? WHERE participant_id = ?");
  tally = prepare(db,
                  "UPDATE chat_tallies SET up_to = ?, at = ?, own_after_read = ?"
                  " WHERE conversation_id = ? AND participant_id = ?");
  read_tallies = prepare(db, "SELECT * FROM chat_tallies WHERE conversation_id = ?");
  read_conversation = prepare(db, "SELECT * FROM chat_conversations WHERE conversation_id = ?");
  read_members = prepare(db,
                         "SELECT * FROM chat_participants WHERE conversation_id = ?"
                         " ORDER BY participant_id");
}

void rows_message(const struct send *send) {
  sqlite3_bind_int64(message, 1, options.layout == INDEXED
                                     ? send->number + 1
                                     : message_number(send->conversation, send->sequence));
  sqlite3_bind_int64(message, 2, conversation_id(send->conversation));
  sqlite3_bind_int64(message, 3, send->sequence);
  sqlite3_bind_int64(message, 4, send->sender);
  if (options.has_text_kinds) {
    sqlite3_bind_text(message, 5, "text", 4, SQLITE_STATIC);
  } else {
    sqlite3_bind_int(message, 5, 1);
  }
  sqlite3_bind_text(message, 6, send->text, send->text_bytes, SQLITE_STATIC);
  sqlite3_bind_int64(message, 7, now + send->number);
  sqlite3_bind_int64(message, 8, now + send->number);
  step(db, message);
}

void rows_event(const struct send *send) {
  sqlite3_bind_int64(event, 1, send->number + 1);
  if (options.has_text_kinds) {
    sqlite3_bind_text(event, 2, "message_created", -1, SQLITE_STATIC);
  } else {
    sqlite3_bind_int(event, 2, 6);
  }
  sqlite3_bind_int64(event, 3, conversation_id(send->conversation));
  sqlite3_bind_int64(event, 4, now + send->number);
  sqlite3_bind_int64(event, 5, send->sequence);
  if (has_key) sqlite3_bind_blob(event, 6, send->key, 16, SQLITE_STATIC);
  step(db, event);
}

void rows_conversation(int64_t index, int64_t last_sequence) {
  sqlite3_bind_int64(conversation, 1, last_sequence);
  sqlite3_bind_int64(conversation, 2, now + last_sequence);
  sqlite3_bind_int64(conversation, 3, conversation_id(index));
  step(db, conversation);
}

void rows_member(int64_t participant, int64_t up_to) {
  sqlite3_bind_int64(member, 1, up_to);
  sqlite3_bind_int64(member, 2, now + up_to);
  sqlite3_bind_int64(member, 3, up_to);
  sqlite3_bind_int64(member, 4, now + up_to);
  sqlite3_bind_int64(member, 5, 1);
  sqlite3_bind_int64(member, 6, participant);
  step(db, member);
}

void rows_tally(int64_t index, int64_t participant, int64_t up_to) {
  sqlite3_bind_int64(tally, 1, up_to);
  sqlite3_bind_int64(tally, 2, now + up_to);
  sqlite3_bind_int64(tally, 3, 1);
  sqlite3_bind_int64(tally, 4, conversation_id(index));
  sqlite3_bind_int64(tally, 5, participant);
  step(db, tally);
}

static void read_all(sqlite3_stmt *statement, int64_t id) {
  sqlite3_bind_int64(statement, 1, id);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (int column = sqlite3_column_count(statement) - 1; column >= 0; column--) {
      sqlite3_column_text(statement, column);
    }
  }
  sqlite3_reset(statement);
}

void rows_read_first(int64_t index) {
  read_all(read_conversation, conversation_id(index));
  read_all(read_members, conversation_id(index));
  if (options.has_tallies) read_all(read_tallies, conversation_id(index));
}
