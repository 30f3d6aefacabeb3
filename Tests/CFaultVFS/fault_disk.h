#ifndef FAULT_DISK_H
#define FAULT_DISK_H

#include "fault_vfs.h"

#include <stddef.h>

// One write that was not synced yet.
typedef struct change {
  int64_t offset;
  int64_t length;
  // Null for a truncation to `offset`.
  unsigned char *bytes;
} change;

// A file as it would be found after a power loss.
typedef struct shadow {
  struct shadow *next;
  char *path;
  unsigned char *durable;
  int64_t size;
  // The size that the file has while there is power.
  int64_t present_size;
  change *changes;
  size_t change_count;
  size_t change_capacity;
} shadow;

struct fault_disk {
  struct fault_disk *next;
  // Ends with a slash.
  char *folder;
  // The owner, and every open file.
  int references;
  bool is_released;
  bool is_off;
  unsigned kinds;
  int64_t first, last;
  int fault;
  int64_t calls, failures;
  shadow *shadows;
};

// Each of these takes the lock of all disks.

// The disk on which a path lies, with another reference; null if there is none.
fault_disk *fault_disk_find(const char *path);
void fault_disk_let_go(fault_disk *disk);
// What SQLite is told of a call: SQLITE_OK unless the plan names it.
int fault_disk_meet(fault_disk *disk, unsigned kind);
// The shadow of a file that is opened.
shadow *fault_disk_shadow(fault_disk *disk, const char *path);
void fault_disk_note_delete(fault_disk *disk, const char *path);
void fault_disk_note_write(shadow *file, const void *bytes, int64_t length, int64_t offset);
void fault_disk_note_truncate(shadow *file, int64_t size);
void fault_disk_note_sync(shadow *file);
bool fault_disk_grows(shadow *file, int64_t end);

#endif
