// Sends in batches, each batch one durable transaction, as the server's writer commits them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../peers/c/load/histogram.h"
#include "storage.h"

enum { BATCH_MAX = 4096 };

static int64_t *last_sequences;
static struct histogram latencies;
static int64_t statements_ns, commit_ns;

static void read_sequences(sqlite3 *db) {
  last_sequences = calloc((size_t)options.conversations, sizeof *last_sequences);
  sqlite3_stmt *statement =
      prepare(db, "SELECT last_sequence FROM chat_conversations ORDER BY conversation_id");
  for (int64_t i = 0; sqlite3_step(statement) == SQLITE_ROW; i++) {
    last_sequences[i] = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
}

static void plan(int64_t number, struct send *send) {
  int64_t count = options.hot ? options.hot : options.conversations;
  int64_t conversation = (int64_t)(mix((uint64_t)number * 31 + 5) % (uint64_t)count);
  send->number = number;
  send->conversation = conversation;
  send->sequence = ++last_sequences[conversation];
  bool is_staff = mix((uint64_t)number) & 1;
  send->sender = conversation * 2 + 1 + is_staff;
  snprintf(send->user, sizeof send->user, "user-%06d", user_of(conversation, is_staff));
  send->text_bytes = corpus_text((uint64_t)number, send->text);
  keys_key(number, send->key);
}

// Numbers that every message changes are written once for a batch, however many it brings.
static void write_totals(const struct send *batch, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    bool is_conversation_done = false, is_member_done = false;
    for (int64_t j = i + 1; j < count; j++) {
      is_conversation_done |= batch[j].conversation == batch[i].conversation;
      is_member_done |= batch[j].sender == batch[i].sender;
    }
    int64_t conversation = batch[i].conversation, last = last_sequences[conversation];
    if (options.writes_totals && !is_conversation_done) {
      if (options.has_tallies) {
        rows_tally(conversation, 0, last);
      } else {
        rows_conversation(conversation, last);
      }
    }
    if (options.writes_members && !is_member_done) {
      if (options.has_tallies) {
        rows_tally(conversation, batch[i].sender, batch[i].sequence);
      } else {
        rows_member(batch[i].sender, batch[i].sequence);
      }
    }
  }
}

static void write_one(const struct send *send) {
  if (strcmp(options.keys, "none") != 0 && !keys_claim(send)) fail("key", "used before");
  if (options.writes_messages) rows_message(send);
  if (options.writes_events) rows_event(send);
  if (options.writes_audit) audit_write(send);
}

static void read_first(const struct send *batch, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    bool is_read = false;
    for (int64_t j = 0; j < i && !is_read; j++) {
      is_read = batch[j].conversation == batch[i].conversation;
    }
    if (!is_read) rows_read_first(batch[i].conversation);
  }
}

static void write_batch(sqlite3 *db, const struct send *batch, int64_t count) {
  int64_t start = nanoseconds();
  execute(db, "BEGIN IMMEDIATE");
  if (options.reads_first) read_first(batch, count);
  for (int64_t i = 0; i < count; i++) write_one(&batch[i]);
  write_totals(batch, count);
  keys_end_batch();
  int64_t written = nanoseconds();
  execute(db, "COMMIT");
  int64_t committed = nanoseconds();
  checkpoint_after_batch();
  statements_ns += written - start;
  commit_ns += committed - written;
  histogram_add(&latencies, nanoseconds() - start);
}

// What the next run needs to know: how many sends there were, and totals that this one left out.
static void settle(sqlite3 *db, int64_t number) {
  char sql[64];
  snprintf(sql, sizeof sql, "PRAGMA user_version = %lld", (long long)number);
  execute(db, sql);
  if (options.writes_totals && !options.has_tallies) return;
  execute(db, "BEGIN");
  for (int64_t i = 0; i < options.conversations; i++) rows_conversation(i, last_sequences[i]);
  execute(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

void measure_sends(sqlite3 *db) {
  static struct send batch[BATCH_MAX];
  rows_prepare(db);
  audit_open(db);
  keys_open(db);
  checkpoint_open(db);
  read_sequences(db);
  int64_t number = integer(db, "PRAGMA user_version");
  if (number < options.preload) number = options.preload;
  int64_t elapsed = 0, processor = 0, warm_up = options.messages / 10;
  for (int64_t done = -warm_up; done < options.messages; done += options.batch) {
    for (int64_t i = 0; i < options.batch; i++) plan(number++, &batch[i]);
    if (done < 0) memset(&latencies, 0, sizeof latencies);
    if (done < 0) statements_ns = commit_ns = checkpoint_ns = checkpoint_count = wal_frames = 0;
    int64_t start = nanoseconds(), start_processor = processor_nanoseconds();
    write_batch(db, batch, options.batch);
    if (done < 0) continue;
    elapsed += nanoseconds() - start;
    processor += processor_nanoseconds() - start_processor;
  }
  checkpoint_close();
  settle(db, number);
  double count = (double)(latencies.count * (uint64_t)options.batch);
  printf("{\"per_second\": %.0f, \"processor_us\": %.2f, \"statements_us\": %.2f,"
         " \"commit_us\": %.2f, \"checkpoint_us\": %.2f, \"frames\": %.2f, \"checkpoints\": %lld,"
         " \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.1f}\n",
         count * 1e9 / (double)elapsed, (double)processor / count / 1e3,
         (double)statements_ns / count / 1e3, (double)commit_ns / count / 1e3,
         (double)checkpoint_ns / count / 1e3, (double)wal_frames / count,
         (long long)checkpoint_count, (double)histogram_quantile(&latencies, 0.5) / 1e6,
         (double)histogram_quantile(&latencies, 0.99) / 1e6, (double)latencies.max / 1e6);
}
