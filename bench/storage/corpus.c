// Texts of 5 to 40 words out of 50,000, as frequent as Zipf's law says.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage.h"

enum { WORDS = 50000, SLOTS = 1 << 20 };

static char words[WORDS][16];
static uint16_t ranks[SLOTS];  // what a random slot means: frequent words have many

void corpus_open(void) {
  static const char *syllables[] = {"ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na",
                                    "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu", "är", "én"};
  double sum = 0, seen = 0;
  for (int i = 0; i < WORDS; i++) {
    // Frequent words are short; no two are the same.
    int number = i;
    words[i][0] = 0;
    do {
      strcat(words[i], syllables[number % 22]);
      number /= 22;
    } while (number > 0);
    sum += 1.0 / (i + 1);
  }
  int slot = 0;
  for (int i = 0; i < WORDS; i++) {
    seen += 1.0 / (i + 1);
    int end = (int)(seen / sum * SLOTS);
    while (slot < end) ranks[slot++] = (uint16_t)i;
  }
  for (; slot < SLOTS; slot++) ranks[slot] = (uint16_t)(mix((uint64_t)slot) % WORDS);
}

int corpus_rank(uint64_t seed) { return ranks[mix(seed) % SLOTS]; }

const char *corpus_word(int rank) { return words[rank]; }

int corpus_text(uint64_t seed, char *text) {
  int count = 5 + (int)(mix(seed) % 36);
  char *end = text;
  for (int i = 0; i < count; i++) {
    const char *word = words[ranks[mix(seed * 64 + (uint64_t)i) % SLOTS]];
    size_t length = strlen(word);
    if (i > 0) *end++ = ' ';
    memcpy(end, word, length);
    end += length;
  }
  *end = 0;
  return (int)(end - text);
}
