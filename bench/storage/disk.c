// How long the disk takes until it has what was appended.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../peers/c/load/histogram.h"
#include "storage.h"

void measure_disk(const char *folder) {
  static struct histogram latencies;
  char path[1024], page[4096];
  snprintf(path, sizeof path, "%s/sync-probe", folder);
  memset(page, 'x', sizeof page);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0) fail(path, "cannot be made");
  // As the write-ahead log does it after its first round: over what the file holds already.
  for (int i = 0; i < 4000; i++) {
    if (write(file, page, sizeof page) != sizeof page) fail(path, "cannot be written");
  }
  fsync(file);
  for (int i = 0; i < 4000; i++) {
    int64_t start = nanoseconds();
    if (pwrite(file, page, sizeof page, i * 4096) != sizeof page) fail(path, "cannot be written");
    fdatasync(file);
    histogram_add(&latencies, nanoseconds() - start);
  }
  close(file);
  unlink(path);
  printf("{\"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f}\n",
         (double)histogram_quantile(&latencies, 0.5) / 1e3,
         (double)histogram_quantile(&latencies, 0.99) / 1e3, (double)latencies.max / 1e3);
}
