#include "fault_disk.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

// The layer of SQLite that opens files, with ours before the one that was the default. Only files
// on a fault disk are ours: all others are opened by the default layer and never seen again.

typedef struct fault_file {
  sqlite3_file base;
  fault_disk *disk;
  shadow *shadow;
  bool is_database;
  // Behind this in memory.
  sqlite3_file *real;
} fault_file;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs vfs;

// The fault that a call meets, as answer of the function around it.
#define MEET(disk, kind) \
  do { \
    int answer_ = fault_disk_meet(disk, kind); \
    if (answer_ != SQLITE_OK) return answer_; \
  } while (0)

#define SELF(file) fault_file *self = (fault_file *)(file)

static int close_file(sqlite3_file *file) {
  SELF(file);
  int answer = self->real->pMethods->xClose(self->real);
  fault_disk_let_go(self->disk);
  return answer;
}

static int read_file(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset) {
  SELF(file);
  MEET(self->disk, FAULT_READ);
  return self->real->pMethods->xRead(self->real, bytes, length, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
  SELF(file);
  unsigned kind = FAULT_WRITE;
  if (self->is_database) kind |= FAULT_DATABASE_WRITE;
  if (fault_disk_grows(self->shadow, offset + length)) kind |= FAULT_GROWTH;
  MEET(self->disk, kind);
  int answer = self->real->pMethods->xWrite(self->real, bytes, length, offset);
  if (answer == SQLITE_OK) fault_disk_note_write(self->shadow, bytes, length, offset);
  return answer;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  SELF(file);
  MEET(self->disk, FAULT_TRUNCATE);
  int answer = self->real->pMethods->xTruncate(self->real, size);
  if (answer == SQLITE_OK) fault_disk_note_truncate(self->shadow, size);
  return answer;
}

// The system need not sync: what lasts is what the shadow says.
static int sync_file(sqlite3_file *file, int flags) {
  (void)flags;
  SELF(file);
  MEET(self->disk, FAULT_SYNC);
  fault_disk_note_sync(self->shadow);
  return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  SELF(file);
  MEET(self->disk, FAULT_SIZE);
  return self->real->pMethods->xFileSize(self->real, size);
}

static int lock_file(sqlite3_file *file, int level) {
  SELF(file);
  MEET(self->disk, FAULT_LOCK);
  return self->real->pMethods->xLock(self->real, level);
}

static int unlock_file(sqlite3_file *file, int level) {
  SELF(file);
  return self->real->pMethods->xUnlock(self->real, level);
}

static int is_reserved(sqlite3_file *file, int *answer) {
  SELF(file);
  return self->real->pMethods->xCheckReservedLock(self->real, answer);
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
  SELF(file);
  return self->real->pMethods->xFileControl(self->real, operation, argument);
}

static int sector_size(sqlite3_file *file) {
  SELF(file);
  return self->real->pMethods->xSectorSize(self->real);
}

static int characteristics(sqlite3_file *file) {
  SELF(file);
  return self->real->pMethods->xDeviceCharacteristics(self->real);
}

static int map_shared(sqlite3_file *file, int region, int size, int extend, void volatile **at) {
  SELF(file);
  MEET(self->disk, FAULT_SHARED_MEMORY);
  return self->real->pMethods->xShmMap(self->real, region, size, extend, at);
}

static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
  SELF(file);
  if (flags & SQLITE_SHM_LOCK) MEET(self->disk, FAULT_LOCK);
  return self->real->pMethods->xShmLock(self->real, offset, count, flags);
}

static void shared_barrier(sqlite3_file *file) {
  SELF(file);
  self->real->pMethods->xShmBarrier(self->real);
}

static int unmap_shared(sqlite3_file *file, int remove) {
  SELF(file);
  return self->real->pMethods->xShmUnmap(self->real, remove);
}

// Without what maps the database into memory, which the server never does.
static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = close_file,
  .xRead = read_file,
  .xWrite = write_file,
  .xTruncate = truncate_file,
  .xSync = sync_file,
  .xFileSize = file_size,
  .xLock = lock_file,
  .xUnlock = unlock_file,
  .xCheckReservedLock = is_reserved,
  .xFileControl = control_file,
  .xSectorSize = sector_size,
  .xDeviceCharacteristics = characteristics,
  .xShmMap = map_shared,
  .xShmLock = lock_shared,
  .xShmBarrier = shared_barrier,
  .xShmUnmap = unmap_shared,
};

static int open_file(sqlite3_vfs *of, const char *name, sqlite3_file *file, int flags, int *out) {
  (void)of;
  fault_disk *disk = name ? fault_disk_find(name) : NULL;
  if (!disk) return real_vfs->xOpen(real_vfs, name, file, flags, out);
  SELF(file);
  memset(self, 0, sizeof *self);
  self->real = (sqlite3_file *)(self + 1);
  int answer = fault_disk_meet(disk, FAULT_OPEN);
  if (answer == SQLITE_OK) answer = real_vfs->xOpen(real_vfs, name, self->real, flags, out);
  if (answer != SQLITE_OK) {
    if (self->real->pMethods) self->real->pMethods->xClose(self->real);
    fault_disk_let_go(disk);
    return answer;
  }
  self->disk = disk;
  self->is_database = flags & SQLITE_OPEN_MAIN_DB;
  self->shadow = fault_disk_shadow(disk, name);
  self->base.pMethods = &methods;
  return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *of, const char *name, int sync_folder) {
  (void)of;
  fault_disk *disk = fault_disk_find(name);
  if (!disk) return real_vfs->xDelete(real_vfs, name, sync_folder);
  int answer = fault_disk_meet(disk, FAULT_DELETE);
  if (answer == SQLITE_OK) {
    answer = real_vfs->xDelete(real_vfs, name, sync_folder);
    fault_disk_note_delete(disk, name);
  }
  fault_disk_let_go(disk);
  return answer;
}

static void register_once(void) {
  sqlite3_initialize();
  real_vfs = sqlite3_vfs_find(NULL);
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = "fault";
  vfs.szOsFile = (int)sizeof(fault_file) + real_vfs->szOsFile;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  sqlite3_vfs_register(&vfs, 1);
}

void fault_vfs_register(void);

void fault_vfs_register(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_once);
}
