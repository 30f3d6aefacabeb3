// Counts, rates and processor time of a run, as one line of JSON.
#include <dirent.h>
#include <stdio.h>
#include <time.h>

#include "load.h"

static int64_t began_at, warm_until;
static double server_before, own_before;
static uint64_t count_before;
static bool is_warm;

// Nanoseconds that a thread has run.
static double thread_time(int process, const char *thread) {
  char path[400];
  snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", process, thread);
  FILE *stat = fopen(path, "r");
  double spent = 0;
  if (stat && fscanf(stat, "%lf", &spent) != 1) spent = 0;
  if (stat) fclose(stat);
  return spent;
}

// The same of all threads of a process and of all that it has started and that still run.
static double processor_time(int process) {
  char path[400];
  snprintf(path, sizeof path, "/proc/%d/task", process);
  DIR *threads = opendir(path);
  double sum = 0;
  for (struct dirent *thread; threads && (thread = readdir(threads));) {
    if (thread->d_name[0] == '.') continue;
    sum += thread_time(process, thread->d_name);
    snprintf(path, sizeof path, "/proc/%d/task/%s/children", process, thread->d_name);
    FILE *children = fopen(path, "r");
    for (int child; children && fscanf(children, "%d", &child) == 1;) sum += processor_time(child);
    if (children) fclose(children);
  }
  if (threads) closedir(threads);
  return sum;
}

static double own_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

void measurement_begin(void) {
  read_clock();
  began_at = now;
  own_before = own_time();
  if (options.server) server_before = processor_time(options.server);
}

bool measurement_goes_on(uint64_t count) {
  if (warm_until == 0) {
    read_clock();
    warm_until = now + (int64_t)(options.warm_up * 1e9);
  }
  if (!is_warm && now >= warm_until) {
    is_warm = true;
    count_before = count;
    measurement_begin();
  }
  return !is_warm || now < began_at + (int64_t)(options.seconds * 1e9);
}

uint64_t measurement_start_count(void) { return count_before; }

void measurement_print(const char *unit, uint64_t count, const struct histogram *h) {
  read_clock();
  double elapsed = (double)(now - began_at);
  double own = own_time() - own_before;
  double server = options.server ? processor_time(options.server) - server_before : 0;
  printf("{\"unit\": \"%s\", \"count\": %llu, \"seconds\": %.3f, \"rate\": %.1f", unit,
      (unsigned long long)count, elapsed / 1e9, (double)count / (elapsed / 1e9));
  printf(", \"client_busy\": %.3f", own / elapsed);
  if (options.server && count > 0) {
    printf(", \"server_busy\": %.3f, \"server_us\": %.4f", server / elapsed,
        server / 1e3 / (double)count);
  }
  if (h && h->count > 0) {
    static const struct { const char *name; double share; } quantiles[] = {{"p50", 0.5},
        {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}};
    printf(", \"latency_us\": {");
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
      double value = (double)histogram_quantile(h, quantiles[i].share) / 1e3;
      printf("\"%s\": %.1f, ", quantiles[i].name, value);
    }
    printf("\"max\": %.1f}", (double)h->max / 1e3);
  }
  printf("}\n");
}
