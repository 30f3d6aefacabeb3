// Layouts of the table of idempotency keys: what a send with a key of its client's choice costs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage.h"

enum column { USER, KEY, KEY_TEXT, HASH16, HASH8, CONVERSATION, SEQUENCE, POSITION, END };

struct layout {
  const char *name, *columns, *options;
  enum column bound[6];
};

static const struct layout layouts[] = {
    {"user-text",
     "user_id TEXT NOT NULL, key TEXT NOT NULL, conversation_id INTEGER NOT NULL,"
     " sequence INTEGER NOT NULL, PRIMARY KEY (user_id, key)",
     "STRICT, WITHOUT ROWID",
     {USER, KEY_TEXT, CONVERSATION, SEQUENCE, END}},
    {"key-text",
     "key TEXT NOT NULL, user_id TEXT NOT NULL, conversation_id INTEGER NOT NULL,"
     " sequence INTEGER NOT NULL, PRIMARY KEY (key, user_id)",
     "STRICT, WITHOUT ROWID",
     {KEY_TEXT, USER, CONVERSATION, SEQUENCE, END}},
    {"key-blob",
     "key BLOB NOT NULL, user_id TEXT NOT NULL, conversation_id INTEGER NOT NULL,"
     " sequence INTEGER NOT NULL, PRIMARY KEY (key, user_id)",
     "STRICT, WITHOUT ROWID",
     {KEY, USER, CONVERSATION, SEQUENCE, END}},
    {"hash16",
     "hash BLOB NOT NULL PRIMARY KEY, conversation_id INTEGER NOT NULL, sequence INTEGER NOT NULL",
     "STRICT, WITHOUT ROWID",
     {HASH16, CONVERSATION, SEQUENCE, END}},
    {"hash8",
     "hash INTEGER PRIMARY KEY, user_id TEXT NOT NULL, key BLOB NOT NULL,"
     " conversation_id INTEGER NOT NULL, sequence INTEGER NOT NULL",
     "STRICT",
     {HASH8, USER, KEY, CONVERSATION, SEQUENCE, END}},
    // The key itself stands in the event: `client_key`.
    {"hash8-ref", "hash INTEGER PRIMARY KEY, position INTEGER NOT NULL", "STRICT",
     {HASH8, POSITION, END}},
    {"pending", "hash INTEGER PRIMARY KEY, position INTEGER NOT NULL", "STRICT",
     {HASH8, POSITION, END}},
};

static const struct layout *layout;
static char table[64];
static sqlite3 *db;
static sqlite3_stmt *insert, *find;

// What is in the log already and not yet in the table, by the first bits of the hash. Each batch
// moves one bucket, whose rows lie side by side in the table, instead of one row to each of 256
// places.
enum { BUCKETS = 1024 };
struct entry {
  int64_t hash, position;
};
static struct bucket {
  struct entry *entries;
  int count, capacity;
} buckets[BUCKETS];
static int next_bucket;

static bool is_pending(void) { return layout && strcmp(layout->name, "pending") == 0; }

static struct bucket *bucket_of(int64_t hash) { return &buckets[(uint64_t)hash >> 54]; }

static void bucket_add(struct entry entry) {
  struct bucket *bucket = bucket_of(entry.hash);
  if (bucket->count == bucket->capacity) {
    bucket->capacity = bucket->capacity * 2 + 64;
    bucket->entries = realloc(bucket->entries, sizeof(struct entry) * (size_t)bucket->capacity);
  }
  bucket->entries[bucket->count++] = entry;
}

// As many as wait after hours of sends: the bucket whose turn is next is full.
static void fill_buckets(void) {
  for (int i = 0; i < BUCKETS; i++) {
    int64_t count = options.batch * (BUCKETS - i) / BUCKETS;
    for (int64_t j = 0; j < count; j++) {
      uint64_t hash = mix((uint64_t)(i * 4096 + j) + (uint64_t)nanoseconds()) >> 10;
      bucket_add((struct entry){(int64_t)(hash | (uint64_t)i << 54), 1});
    }
  }
}

void keys_key(int64_t number, uint8_t key[16]) {
  uint64_t halves[2] = {mix((uint64_t)number * 2 + 1000003), mix((uint64_t)number * 2 + 1000004)};
  if (options.has_time_keys) {
    // 48 bits of milliseconds first, as in ULID and UUIDv7.
    halves[0] = __builtin_bswap64(((1763750000000u + (uint64_t)number / 20) << 16) |
                                  (halves[0] & 0xffff));
  }
  memcpy(key, halves, 16);
}

struct identity {
  uint8_t hash[32];
  int64_t hash8;
  char text[33];
};

static struct identity identify(const struct send *send, bool is_hashed) {
  struct identity identity;
  for (int i = 0; i < 16; i++) {
    identity.text[2 * i] = "0123456789abcdef"[send->key[i] >> 4];
    identity.text[2 * i + 1] = "0123456789abcdef"[send->key[i] & 15];
  }
  identity.text[32] = 0;
  if (is_hashed) {
    uint8_t bytes[40] = {0};
    size_t length = strlen(send->user);
    memcpy(bytes, send->key, 16);
    memcpy(bytes + 16, send->user, length);
    digest(bytes, 16 + (int)length, identity.hash);
    uint64_t first;
    memcpy(&first, identity.hash, 8);
    identity.hash8 = (int64_t)__builtin_bswap64(first);
  }
  return identity;
}

static bool is_hashed(void) {
  return layout->bound[0] == HASH8 || layout->bound[0] == HASH16;
}

static void run(const struct send *send, const struct identity *identity) {
  for (int i = 0; layout->bound[i] != END; i++) {
    switch (layout->bound[i]) {
      case USER: sqlite3_bind_text(insert, i + 1, send->user, -1, SQLITE_STATIC); break;
      case KEY: sqlite3_bind_blob(insert, i + 1, send->key, 16, SQLITE_STATIC); break;
      case KEY_TEXT: sqlite3_bind_text(insert, i + 1, identity->text, 32, SQLITE_STATIC); break;
      case HASH16: sqlite3_bind_blob(insert, i + 1, identity->hash, 16, SQLITE_STATIC); break;
      case HASH8: sqlite3_bind_int64(insert, i + 1, identity->hash8); break;
      case CONVERSATION:
        sqlite3_bind_int64(insert, i + 1, conversation_id(send->conversation));
        break;
      case SEQUENCE: sqlite3_bind_int64(insert, i + 1, send->sequence); break;
      case POSITION: sqlite3_bind_int64(insert, i + 1, send->number + 1); break;
      case END: break;
    }
  }
  step(db, insert);
}

static void prepare_statements(const char *name) {
  char sql[256];
  int count = 0;
  while (layout->bound[count] != END) count++;
  snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (%s) ON CONFLICT DO NOTHING", name,
           &"?, ?, ?, ?, ?, ?"[3 * (6 - count)]);
  insert = prepare(db, sql);
  if (!is_pending()) return;
  snprintf(sql, sizeof sql, "SELECT position FROM %s WHERE hash = ?", name);
  find = prepare(db, sql);
}

void keys_open(sqlite3 *opened) {
  db = opened;
  if (strcmp(options.keys, "none") == 0) return;
  const char *name = options.keys;
  bool is_attached = strncmp(name, "attached-", 9) == 0;
  if (is_attached) name += 9;
  for (unsigned i = 0; i < sizeof layouts / sizeof *layouts; i++) {
    if (strcmp(layouts[i].name, name) == 0) layout = &layouts[i];
  }
  if (!layout) fail("no such layout of keys", options.keys);
  if (is_attached) {
    char sql[512];
    snprintf(sql, sizeof sql, "ATTACH '%s-keys' AS other; PRAGMA other.journal_mode = WAL;"
             "PRAGMA other.synchronous = FULL; PRAGMA other.cache_size = -8192", options.path);
    execute(db, sql);
  }
  snprintf(table, sizeof table, "%skeys_%s%s", is_attached ? "other." : "", name,
           options.has_time_keys ? "_time" : "");
  for (char *c = table; *c; c++) {
    if (*c == '-') *c = '_';
  }
  char sql[512];
  snprintf(sql, sizeof sql, "CREATE TABLE IF NOT EXISTS %s (%s) %s", table, layout->columns,
           layout->options);
  execute(db, sql);
  prepare_statements(table);
  snprintf(sql, sizeof sql, "SELECT 1 FROM %s", table);
  if (!integer(db, sql)) keys_load(db, options.preload);
  if (is_pending()) fill_buckets();
}

bool keys_claim(const struct send *send) {
  struct identity identity = identify(send, is_hashed());
  if (!is_pending()) {
    run(send, &identity);
    return sqlite3_changes(db) > 0;
  }
  const struct bucket *bucket = bucket_of(identity.hash8);
  for (int i = 0; i < bucket->count; i++) {
    if (bucket->entries[i].hash == identity.hash8) return false;
  }
  sqlite3_bind_int64(find, 1, identity.hash8);
  bool is_known = sqlite3_step(find) == SQLITE_ROW;
  sqlite3_reset(find);
  if (!is_known) bucket_add((struct entry){identity.hash8, send->number + 1});
  return !is_known;
}

static int by_hash(const void *left, const void *right) {
  int64_t a = ((const struct entry *)left)->hash, b = ((const struct entry *)right)->hash;
  return (a > b) - (a < b);
}

void keys_end_batch(void) {
  if (!is_pending()) return;
  struct bucket *bucket = &buckets[next_bucket];
  next_bucket = (next_bucket + 1) % BUCKETS;
  qsort(bucket->entries, (size_t)bucket->count, sizeof(struct entry), by_hash);
  for (int i = 0; i < bucket->count; i++) {
    sqlite3_bind_int64(insert, 1, bucket->entries[i].hash);
    sqlite3_bind_int64(insert, 2, bucket->entries[i].position);
    step(db, insert);
  }
  bucket->count = 0;
}

struct place {
  uint64_t major, minor;
  int64_t number;
};

static int by_place(const void *left, const void *right) {
  const struct place *a = left, *b = right;
  if (a->major != b->major) return a->major < b->major ? -1 : 1;
  return (a->minor > b->minor) - (a->minor < b->minor);
}

static struct place place_of(const struct send *send) {
  struct place place = {0, 0, send->number};
  struct identity identity = identify(send, is_hashed());
  memcpy(&place.minor, send->key, 8);
  place.minor = __builtin_bswap64(place.minor);
  switch (layout->bound[0]) {
    case USER: place.major = strtoull(send->user + 5, NULL, 10); break;
    case HASH8: place.major = (uint64_t)identity.hash8 + (1ull << 63); break;
    case HASH16: place.major = (uint64_t)identity.hash8; break;
    default: place.major = place.minor;
  }
  return place;
}

// In two passes in the order of the table, so that its pages are as full as random insertion leaves
// them, which is to seven tenths.
void keys_load(sqlite3 *opened, int64_t count) {
  execute(opened, "PRAGMA synchronous = OFF; BEGIN");
  struct place *places = malloc(sizeof(struct place) * (size_t)count);
  struct send send;
  for (int64_t i = 0; i < count; i++) {
    send_at(i, &send);
    places[i] = place_of(&send);
  }
  qsort(places, (size_t)count, sizeof *places, by_place);
  for (int pass = 0; pass < 2; pass++) {
    for (int64_t i = 0; i < count; i++) {
      if ((mix((uint64_t)places[i].number) % 10 < 7) != (pass == 0)) continue;
      send_at(places[i].number, &send);
      struct identity identity = identify(&send, is_hashed());
      run(&send, &identity);
    }
  }
  free(places);
  execute(opened, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL");
}
