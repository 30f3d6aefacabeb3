// When the pages of the write-ahead log go into the database, and who moves them.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "storage.h"

int64_t checkpoint_count, checkpoint_ns, wal_frames;

static sqlite3 *writer, *mover;
static int64_t frames, limit;
static enum { OWN, THREAD } mode;
static pthread_t thread;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static enum { IDLE, WANTED, MOVED, CLOSED } state;

static int on_commit(void *context, sqlite3 *db, const char *name, int pages) {
  (void)context, (void)db;
  if (strcmp(name, "main") == 0) {
    wal_frames += pages > frames ? pages - frames : pages;
    frames = pages;
  }
  return SQLITE_OK;
}

static void *move(void *context) {
  (void)context;
  pthread_mutex_lock(&mutex);
  while (state != CLOSED) {
    if (state != WANTED) {
      pthread_cond_wait(&changed, &mutex);
      continue;
    }
    pthread_mutex_unlock(&mutex);
    sqlite3_wal_checkpoint_v2(mover, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    pthread_mutex_lock(&mutex);
    if (state == WANTED) state = MOVED;
  }
  pthread_mutex_unlock(&mutex);
  return NULL;
}

void checkpoint_open(sqlite3 *db) {
  writer = db;
  sqlite3_wal_hook(db, on_commit, NULL);
  limit = atoll(strchr(options.checkpoint, ':') + 1);
  mode = options.checkpoint[0] == 't' ? THREAD : OWN;
  if (mode != THREAD) return;
  mover = database_open(options.path, false);
  pthread_create(&thread, NULL, move, NULL);
}

static void move_now(void) {
  int64_t start = nanoseconds();
  sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  checkpoint_ns += nanoseconds() - start;
  checkpoint_count++;
}

void checkpoint_after_batch(void) {
  if (frames < limit) return;
  if (mode == OWN) return move_now();
  // The thread has moved what there was; the writer moves the few pages since, so that its next
  // commit begins the log anew.
  pthread_mutex_lock(&mutex);
  bool is_moved = state == MOVED;
  if (state == IDLE) state = WANTED;
  if (is_moved) state = IDLE;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  if (is_moved) move_now();
}

void checkpoint_close(void) {
  if (mode != THREAD) return;
  pthread_mutex_lock(&mutex);
  state = CLOSED;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  pthread_join(thread, NULL);
  sqlite3_close(mover);
}
