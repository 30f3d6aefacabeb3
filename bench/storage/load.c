// Fills a database with the messages of years.
#include <stdio.h>
#include <string.h>

#include "storage.h"

// The send with that number: conversations take turns, in an order that looks like chance.
void send_at(int64_t number, struct send *send) {
  int64_t conversation = number * 48271 % options.conversations;
  send->number = number;
  send->conversation = conversation;
  send->sequence = number / options.conversations + 1;
  bool is_staff = send->sequence % 2 == 0;
  send->sender = conversation * 2 + 1 + is_staff;
  snprintf(send->user, sizeof send->user, "user-%06d", user_of(conversation, is_staff));
  keys_key(number, send->key);
}

static void load_people(sqlite3 *db, int64_t per_conversation) {
  sqlite3_stmt *conversation =
      prepare(db, "INSERT INTO chat_conversations VALUES (?, 'direct', NULL, 1, ?, ?, ?, 1, 1, ?, 1)");
  sqlite3_stmt *member = prepare(db,
                                 "INSERT INTO chat_participants VALUES (?, ?, ?, ?, 1763000000000,"
                                 " NULL, 1, 1763000000000, 1, NULL, ?, 1763700000000, ?,"
                                 " 1763700000000, 0)");
  for (int64_t i = 0; i < options.conversations; i++) {
    char users[2][24];
    for (int j = 0; j < 2; j++) {
      snprintf(users[j], sizeof users[j], "user-%06d", user_of(i, j));
      sqlite3_bind_int64(member, 1, i * 2 + 1 + j);
      sqlite3_bind_int64(member, 2, conversation_id(i));
      sqlite3_bind_text(member, 3, users[j], -1, SQLITE_STATIC);
      sqlite3_bind_text(member, 4, j ? "dietitian" : "patient", -1, SQLITE_STATIC);
      sqlite3_bind_int64(member, 5, per_conversation);
      sqlite3_bind_int64(member, 6, per_conversation);
      step(db, member);
      sqlite3_bind_text(conversation, 2 + j, users[j], -1, SQLITE_STATIC);
    }
    sqlite3_bind_int64(conversation, 1, conversation_id(i));
    sqlite3_bind_int64(conversation, 4, i * 2 + 1);
    sqlite3_bind_int64(conversation, 5, per_conversation);
    step(db, conversation);
  }
  execute(db,
          "INSERT INTO chat_tallies SELECT conversation_id, 0, last_sequence, last_message_at, NULL,"
          " NULL, 0 FROM chat_conversations;"
          "INSERT INTO chat_tallies SELECT conversation_id, participant_id, read_up_to, read_at,"
          " delivered_up_to, delivered_at, 0 FROM chat_participants"
          " ORDER BY conversation_id, participant_id");
  sqlite3_finalize(conversation);
  sqlite3_finalize(member);
}

static void load_message(struct send *send) {
  send->text_bytes = corpus_text((uint64_t)send->number, send->text);
  rows_message(send);
}

// In the order of the table, which is quicker; in two passes, so that conversations grew in more
// than one place.
static void load_by_conversation(int64_t per_conversation) {
  int64_t first = per_conversation * 7 / 10;
  for (int pass = 0; pass < 2; pass++) {
    for (int64_t i = 0; i < options.conversations; i++) {
      int64_t end = pass == 0 ? first : per_conversation;
      for (int64_t sequence = pass == 0 ? 1 : first + 1; sequence <= end; sequence++) {
        struct send send = {.conversation = i, .sequence = sequence};
        send.sender = i * 2 + 1 + (sequence % 2 == 0);
        send.number = i * 1000003 + sequence;
        load_message(&send);
      }
    }
  }
}

void load(sqlite3 *db) {
  int64_t per_conversation = options.preload / options.conversations;
  execute(db, "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1000000; BEGIN");
  schema_create(db);
  rows_prepare(db);
  audit_open(db);
  load_people(db, per_conversation);
  if (options.layout != INDEXED) load_by_conversation(per_conversation);
  execute(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); BEGIN");
  struct send send;
  for (int64_t i = 0; i < options.preload; i++) {
    if (i % 1000000 == 999999) execute(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); BEGIN");
    send_at(i, &send);
    if (options.layout == INDEXED) load_message(&send);
    rows_event(&send);
    audit_write(&send);
  }
  execute(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL");
}
