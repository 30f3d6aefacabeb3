#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

// A disk that fails by plan, between SQLite and the system.
//
// It holds one folder. Connections of this process that open a database there meet its faults; all
// others go past it. Every function may be called from any thread.
typedef struct fault_disk fault_disk;

// What SQLite asks of a disk.
enum {
  FAULT_OPEN = 1 << 0,
  FAULT_READ = 1 << 1,
  FAULT_WRITE = 1 << 2,
  FAULT_TRUNCATE = 1 << 3,
  FAULT_SYNC = 1 << 4,
  FAULT_LOCK = 1 << 5,
  FAULT_SHARED_MEMORY = 1 << 6,
  FAULT_DELETE = 1 << 7,
  FAULT_SIZE = 1 << 8,
  // A write to the database itself, not to its log: only checkpoints make one.
  FAULT_DATABASE_WRITE = 1 << 9,
  // A write that makes a file longer.
  FAULT_GROWTH = 1 << 10,
  FAULT_ANY = (1 << 9) - 1
};

// What comes of a call that the plan names.
enum {
  FAULT_IO_ERROR,
  FAULT_FULL,
  FAULT_BUSY,
  FAULT_NO_MEMORY,
  // The process ends as if by `kill -9`.
  FAULT_KILL,
  // This call and all later ones fail; what was not synced is lost.
  FAULT_POWER_LOSS
};

// A disk for the files in a folder, which must be there; null without memory.
fault_disk *fault_disk_create(const char *folder);
// Lets go of it. Connections that are still open keep it alive, without a plan.
void fault_disk_release(fault_disk *disk);

// From now on counts the calls of some kinds, and has those from `first` (from 1) to `last` fail.
void fault_disk_plan(fault_disk *disk, unsigned kinds, int64_t first, int64_t last, int fault);
// No call fails any more. After a power loss too, but then the files are what they are.
void fault_disk_heal(fault_disk *disk);
// Calls that were counted, and those among them that failed, since the plan was made.
int64_t fault_disk_calls(fault_disk *disk);
int64_t fault_disk_failures(fault_disk *disk);

// Writes into another folder what is on the disk after a power loss: all that was synced, and of
// the rest what chance let through, torn at a multiple of 512 bytes.
bool fault_disk_save(fault_disk *disk, const char *folder, uint64_t seed);

#endif
