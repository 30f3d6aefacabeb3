// Latencies, in buckets whose width is at most 1/128 of what they hold (the layout of HdrHistogram).
#pragma once

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 128 * 48 };

struct histogram {
  uint64_t count, max;
  uint64_t buckets[HISTOGRAM_BUCKETS];
};

static inline unsigned histogram_bucket(uint64_t value) {
  if (value < 128) return (unsigned)value;
  unsigned shift = 56 - (unsigned)__builtin_clzll(value);  // leaves eight significant bits
  unsigned bucket = shift * 128 + (unsigned)(value >> shift);
  return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static inline void histogram_add(struct histogram *h, int64_t value) {
  uint64_t positive = value > 0 ? (uint64_t)value : 0;
  h->count++;
  if (positive > h->max) h->max = positive;
  h->buckets[histogram_bucket(positive)]++;
}

// The value that the given share of all values (0...1) does not exceed.
static inline uint64_t histogram_quantile(const struct histogram *h, double share) {
  uint64_t wanted = (uint64_t)(share * (double)h->count + 0.5), seen = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += h->buckets[bucket];
    if (h->buckets[bucket] == 0 || seen < wanted) continue;
    if (bucket < 256) return bucket;
    unsigned shift = bucket / 128 - 1;
    uint64_t highest = ((uint64_t)(bucket - shift * 128) << shift) + ((1ull << shift) - 1);
    return highest < h->max ? highest : h->max;
  }
  return h->max;
}
