// What the parts of the storage benchmark know of each other.
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

// Where a message is stored.
enum message_layout {
  WITHOUT_ROWID,  // PRIMARY KEY (conversation_id, sequence)
  NUMBERED,       // INTEGER PRIMARY KEY = number of the conversation << 32 | sequence
  INDEXED,        // INTEGER PRIMARY KEY = position of the event, and a unique index on the pair
};

struct options {
  const char *path;  // the database
  enum message_layout layout;
  const char *keys;  // name of a layout of `keys.c`, or "none"
  const char *checkpoint;  // "own:PAGES" or "thread:PAGES"
  int64_t conversations, preload, messages, batch;
  int page_bytes, cache_kib, sync_level;
  int64_t hot;  // only that many of the conversations are written to; 0 is all
  bool has_text_kinds;  // 'message_created' rather than 2
  bool has_time_keys;   // keys of clients begin with the time
  bool writes_messages, writes_events, writes_audit, writes_totals, writes_members;
  bool has_tallies;  // all numbers that a send changes lie side by side in a table of their own
  bool reads_first, checks_foreign_keys;
};

extern struct options options;

// What one send is about.
struct send {
  int64_t number;  // of all sends; also the position of its event
  int64_t conversation, sequence, sender;  // index of the conversation; participant
  char user[24];
  uint8_t key[16];
  char text[640];
  int text_bytes;
};

// Random numbers
static inline uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// corpus.c: words that are as frequent as those of a language
void corpus_open(void);
int corpus_text(uint64_t seed, char *text);
const char *corpus_word(int rank);
int corpus_rank(uint64_t seed);

// database.c
sqlite3 *database_open(const char *path, bool is_writer);
void execute(sqlite3 *, const char *sql);
sqlite3_stmt *prepare(sqlite3 *, const char *sql);
void step(sqlite3 *, sqlite3_stmt *);
int64_t integer(sqlite3 *, const char *sql);
void fail(const char *what, const char *why) __attribute__((noreturn));
int64_t nanoseconds(void);
int64_t processor_nanoseconds(void);

// schema.c
void schema_create(sqlite3 *);
int64_t conversation_id(int64_t index);
int64_t message_number(int64_t index, int64_t sequence);
int user_of(int64_t index, bool is_staff);
enum { PATIENTS = 40000, STAFF = 2000 };

// rows.c: the statements of a send
void rows_prepare(sqlite3 *);
void rows_message(const struct send *);
void rows_event(const struct send *);
void rows_conversation(int64_t index, int64_t last_sequence);
void rows_member(int64_t participant, int64_t up_to);
void rows_tally(int64_t index, int64_t participant, int64_t up_to);
void rows_read_first(int64_t index);

// audit.c: the records of who did what, each bound to the one before it
void audit_open(sqlite3 *);
void audit_write(const struct send *);
void digest(const void *bytes, int count, uint8_t result[32]);

// keys.c: layouts of the table of idempotency keys
void keys_open(sqlite3 *);
void keys_key(int64_t number, uint8_t key[16]);
bool keys_claim(const struct send *);  // false when the key was used before
void keys_end_batch(void);
void keys_load(sqlite3 *, int64_t count);

// load.c
void load(sqlite3 *);
void send_at(int64_t number, struct send *);  // the sends that `load` stored

// checkpoint.c
void checkpoint_open(sqlite3 *);
void checkpoint_after_batch(void);
void checkpoint_close(void);
extern int64_t checkpoint_count, checkpoint_ns, wal_frames;

// sends.c, search.c, disk.c: what is measured
void measure_sends(sqlite3 *);
void measure_search(int count, char **arguments);
void measure_disk(const char *folder);
