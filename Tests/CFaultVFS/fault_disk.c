#include "fault_disk.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static fault_disk *disks;

// The tests cannot go on without memory, and nobody else runs this.
static void *allocate(void *old, size_t size) {
  void *memory = realloc(old, size ? size : 1);
  if (!memory) abort();
  return memory;
}

// MARK: Disks

void fault_vfs_register(void);

fault_disk *fault_disk_create(const char *folder) {
  char path[PATH_MAX];
  if (!realpath(folder, path)) return NULL;
  fault_vfs_register();
  fault_disk *disk = allocate(NULL, sizeof *disk);
  memset(disk, 0, sizeof *disk);
  size_t length = strlen(path);
  disk->folder = allocate(NULL, length + 2);
  memcpy(disk->folder, path, length);
  memcpy(disk->folder + length, "/", 2);
  disk->references = 1;
  pthread_mutex_lock(&lock);
  disk->next = disks;
  disks = disk;
  pthread_mutex_unlock(&lock);
  return disk;
}

static void clear_changes(shadow *file) {
  for (size_t index = 0; index < file->change_count; index++) free(file->changes[index].bytes);
  file->change_count = 0;
}

static void destroy(fault_disk *disk) {
  fault_disk **link = &disks;
  while (*link != disk) link = &(*link)->next;
  *link = disk->next;
  while (disk->shadows) {
    shadow *file = disk->shadows;
    disk->shadows = file->next;
    clear_changes(file);
    free(file->changes);
    free(file->durable);
    free(file->path);
    free(file);
  }
  free(disk->folder);
  free(disk);
}

void fault_disk_let_go(fault_disk *disk) {
  pthread_mutex_lock(&lock);
  if (--disk->references == 0) destroy(disk);
  pthread_mutex_unlock(&lock);
}

void fault_disk_release(fault_disk *disk) {
  pthread_mutex_lock(&lock);
  disk->kinds = 0;
  disk->is_released = true;
  pthread_mutex_unlock(&lock);
  fault_disk_let_go(disk);
}

fault_disk *fault_disk_find(const char *path) {
  pthread_mutex_lock(&lock);
  fault_disk *disk = disks;
  while (disk && (disk->is_released || strncmp(path, disk->folder, strlen(disk->folder)) != 0)) {
    disk = disk->next;
  }
  if (disk) disk->references++;
  pthread_mutex_unlock(&lock);
  return disk;
}

// MARK: Plans

void fault_disk_plan(fault_disk *disk, unsigned kinds, int64_t first, int64_t last, int fault) {
  pthread_mutex_lock(&lock);
  disk->kinds = kinds;
  disk->first = first;
  disk->last = last;
  disk->fault = fault;
  disk->calls = 0;
  disk->failures = 0;
  pthread_mutex_unlock(&lock);
}

void fault_disk_heal(fault_disk *disk) {
  pthread_mutex_lock(&lock);
  disk->kinds = 0;
  disk->is_off = false;
  pthread_mutex_unlock(&lock);
}

int64_t fault_disk_calls(fault_disk *disk) {
  pthread_mutex_lock(&lock);
  int64_t calls = disk->calls;
  pthread_mutex_unlock(&lock);
  return calls;
}

int64_t fault_disk_failures(fault_disk *disk) {
  pthread_mutex_lock(&lock);
  int64_t failures = disk->failures;
  pthread_mutex_unlock(&lock);
  return failures;
}

// What the system's own layer answers when such a call fails.
static int io_error(unsigned kind) {
  switch (kind) {
  case FAULT_OPEN: return SQLITE_CANTOPEN;
  case FAULT_READ: return SQLITE_IOERR_READ;
  case FAULT_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
  case FAULT_SYNC: return SQLITE_IOERR_FSYNC;
  case FAULT_LOCK: return SQLITE_IOERR_LOCK;
  case FAULT_SHARED_MEMORY: return SQLITE_IOERR_SHMMAP;
  case FAULT_DELETE: return SQLITE_IOERR_DELETE;
  case FAULT_SIZE: return SQLITE_IOERR_FSTAT;
  default: return SQLITE_IOERR_WRITE;
  }
}

int fault_disk_meet(fault_disk *disk, unsigned kind) {
  unsigned broad = kind & FAULT_ANY ? kind & FAULT_ANY : kind;
  int answer = SQLITE_OK;
  pthread_mutex_lock(&lock);
  if (disk->is_off) {
    answer = io_error(broad);
  } else if (disk->kinds & kind) {
    disk->calls++;
    if (disk->first <= disk->calls && disk->calls <= disk->last) {
      disk->failures++;
      switch (disk->fault) {
      case FAULT_FULL:
        answer = kind == FAULT_SHARED_MEMORY ? SQLITE_IOERR_SHMSIZE : SQLITE_FULL;
        break;
      case FAULT_BUSY: answer = SQLITE_BUSY; break;
      case FAULT_NO_MEMORY: answer = SQLITE_NOMEM; break;
      case FAULT_KILL: kill(getpid(), SIGKILL); break;
      case FAULT_POWER_LOSS: disk->is_off = true; // and as below
      default: answer = io_error(broad);
      }
    }
  }
  pthread_mutex_unlock(&lock);
  return answer;
}

// MARK: What lasts

static void fit(unsigned char **bytes, int64_t *size, int64_t wanted) {
  *bytes = allocate(*bytes, (size_t)wanted);
  if (wanted > *size) memset(*bytes + *size, 0, (size_t)(wanted - *size));
  *size = wanted;
}

static void apply(const change *one, int64_t length, unsigned char **bytes, int64_t *size) {
  if (!one->bytes) {
    fit(bytes, size, one->offset);
    return;
  }
  if (one->offset + length > *size) fit(bytes, size, one->offset + length);
  memcpy(*bytes + one->offset, one->bytes, (size_t)length);
}

static void read_present(shadow *file) {
  FILE *stream = fopen(file->path, "rb");
  if (!stream) return;
  unsigned char block[65536];
  size_t count;
  while ((count = fread(block, 1, sizeof block, stream)) > 0) {
    int64_t start = file->size;
    fit(&file->durable, &file->size, start + (int64_t)count);
    memcpy(file->durable + start, block, count);
  }
  fclose(stream);
  file->present_size = file->size;
}

static shadow *find(fault_disk *disk, const char *path) {
  shadow *file = disk->shadows;
  while (file && strcmp(file->path, path) != 0) file = file->next;
  return file;
}

shadow *fault_disk_shadow(fault_disk *disk, const char *path) {
  pthread_mutex_lock(&lock);
  shadow *file = find(disk, path);
  if (!file) {
    file = allocate(NULL, sizeof *file);
    memset(file, 0, sizeof *file);
    file->path = allocate(NULL, strlen(path) + 1);
    strcpy(file->path, path);
    // What was there before this disk is taken for durable.
    read_present(file);
    file->next = disk->shadows;
    disk->shadows = file;
  }
  pthread_mutex_unlock(&lock);
  return file;
}

static void note(shadow *file, change one) {
  if (file->change_count == file->change_capacity) {
    file->change_capacity = file->change_capacity * 2 + 16;
    file->changes = allocate(file->changes, file->change_capacity * sizeof one);
  }
  file->changes[file->change_count++] = one;
}

void fault_disk_note_write(shadow *file, const void *bytes, int64_t length, int64_t offset) {
  change one = {offset, length, allocate(NULL, (size_t)length)};
  memcpy(one.bytes, bytes, (size_t)length);
  pthread_mutex_lock(&lock);
  note(file, one);
  if (offset + length > file->present_size) file->present_size = offset + length;
  pthread_mutex_unlock(&lock);
}

void fault_disk_note_truncate(shadow *file, int64_t size) {
  pthread_mutex_lock(&lock);
  note(file, (change){size, 0, NULL});
  file->present_size = size;
  pthread_mutex_unlock(&lock);
}

void fault_disk_note_sync(shadow *file) {
  pthread_mutex_lock(&lock);
  for (size_t index = 0; index < file->change_count; index++) {
    change *one = &file->changes[index];
    apply(one, one->length, &file->durable, &file->size);
  }
  clear_changes(file);
  pthread_mutex_unlock(&lock);
}

// Deletions last at once: nothing here is deleted while a power loss is near.
void fault_disk_note_delete(fault_disk *disk, const char *path) {
  pthread_mutex_lock(&lock);
  shadow *file = find(disk, path);
  if (file) {
    clear_changes(file);
    file->size = 0;
    file->present_size = 0;
  }
  pthread_mutex_unlock(&lock);
}

bool fault_disk_grows(shadow *file, int64_t end) {
  pthread_mutex_lock(&lock);
  bool grows = end > file->present_size;
  pthread_mutex_unlock(&lock);
  return grows;
}

// MARK: After a power loss

static uint64_t draw(uint64_t *state) {
  uint64_t mixed = *state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

// The first bytes of a write that reached the disk: whole sectors, at least one is missing.
static int64_t torn(int64_t length, uint64_t *random) {
  int64_t sectors = (length - 1) / 512;
  return sectors > 0 ? (int64_t)(draw(random) % (uint64_t)(sectors + 1)) * 512 : 0;
}

static bool save(const shadow *file, const char *folder, uint64_t *random) {
  unsigned char *bytes = NULL;
  int64_t size = 0;
  if (file->size) {
    fit(&bytes, &size, file->size);
    memcpy(bytes, file->durable, (size_t)size);
  }
  // Nothing more; all of it, with the last write torn; or any half of it, some of that torn.
  uint64_t luck = draw(random) % 4;
  for (size_t index = 0; luck > 0 && index < file->change_count; index++) {
    const change *one = &file->changes[index];
    bool is_last = index + 1 == file->change_count;
    if (luck > 1 && draw(random) % 2) continue;
    bool is_torn = luck > 1 ? draw(random) % 4 == 0 : is_last;
    apply(one, is_torn && one->bytes ? torn(one->length, random) : one->length, &bytes, &size);
  }
  char path[PATH_MAX];
  const char *name = strrchr(file->path, '/');
  snprintf(path, sizeof path, "%s%s", folder, name ? name : "/nameless");
  FILE *stream = fopen(path, "wb");
  bool is_written = stream && fwrite(bytes, 1, (size_t)size, stream) == (size_t)size;
  if (stream) is_written = fclose(stream) == 0 && is_written;
  free(bytes);
  return is_written;
}

bool fault_disk_save(fault_disk *disk, const char *folder, uint64_t seed) {
  bool is_saved = true;
  pthread_mutex_lock(&lock);
  for (shadow *file = disk->shadows; file; file = file->next) {
    is_saved = save(file, folder, &seed) && is_saved;
  }
  pthread_mutex_unlock(&lock);
  return is_saved;
}
