// How long the disk takes until it has a page: one that the file had already, or one at its end, as
// a write-ahead log grows. One page at a time, for so many seconds; prints one line of JSON.
//   disk-sync [--append] [--seconds S] FOLDER
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../c/load/histogram.h"

enum { PAGE_BYTES = 4096, PAGES = 1000 };

static int64_t nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int count, char **arguments) {
  bool appends = false;
  double seconds = 1;
  int i = 1;
  for (; i < count - 1; i++) {
    if (strcmp(arguments[i], "--append") == 0) appends = true;
    else if (strcmp(arguments[i], "--seconds") == 0) seconds = atof(arguments[++i]);
  }
  if (i != count - 1) return 2;
  static struct histogram latencies;
  static char path[1024], page[PAGE_BYTES];
  snprintf(path, sizeof path, "%s/sync-probe", arguments[i]);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0) fail(path);
  for (int n = 0; n < PAGES && !appends; n++) {
    if (write(file, page, PAGE_BYTES) != PAGE_BYTES) fail("write");
  }
  fsync(file);
  int64_t began = nanoseconds(), end = began + (int64_t)(seconds * 1e9), start = began;
  for (off_t number = 0; start < end; number++) {
    off_t place = (appends ? number : number % PAGES) * PAGE_BYTES;
    memset(page, (int)number, PAGE_BYTES);
    if (pwrite(file, page, PAGE_BYTES, place) != PAGE_BYTES || fdatasync(file) != 0) fail("write");
    int64_t now = nanoseconds();
    histogram_add(&latencies, now - start);
    start = now;
  }
  close(file);
  unlink(path);
  double elapsed = (double)(start - began) / 1e9, done = (double)latencies.count;
  printf("{\"unit\": \"syncs\", \"count\": %.0f, \"seconds\": %.3f, \"rate\": %.1f", done, elapsed,
      done / elapsed);
  printf(", \"client_busy\": 0, \"latency_us\": {\"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}}\n",
      (double)histogram_quantile(&latencies, 0.5) / 1e3,
      (double)histogram_quantile(&latencies, 0.99) / 1e3, (double)latencies.max / 1e3);
  return 0;
}
