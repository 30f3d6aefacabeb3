#include "literals.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS_MAX = 1024 };

static void write_blob(FILE *output, const char *hex, size_t digits) {
  uint32_t count = (uint32_t)(digits / 2);
  putc(SQLITE_BLOB, output);
  fwrite(&count, sizeof count, 1, output);
  for (uint32_t i = 0; i < count; i++) {
    char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
    putc((int)strtoul(pair, NULL, 16), output);
  }
}

// `text` stands behind the opening quote. Returns where the closing one stands.
static const char *write_text(FILE *output, const char *text) {
  char *bytes = malloc(strlen(text) + 1);
  uint32_t count = 0;
  for (; *text && (*text != '\'' || text[1] == '\''); text++) {
    if (*text == '\'') text++;
    bytes[count++] = *text;
  }
  putc(SQLITE_TEXT, output);
  fwrite(&count, sizeof count, 1, output);
  fwrite(bytes, 1, count, output);
  free(bytes);
  return text;
}

// Writes the literal at `text` and returns where it ends.
static const char *write_literal(FILE *output, const char *text) {
  if (*text == '\'') return write_text(output, text + 1) + 1;
  if (*text == 'x' && text[1] == '\'') {
    const char *end = strchr(text + 2, '\'');
    write_blob(output, text + 2, (size_t)(end - text - 2));
    return end + 1;
  }
  if (strncmp(text, "NULL", 4) == 0) {
    putc(SQLITE_NULL, output);
    return text + 4;
  }
  size_t count = strspn(text, "+-.0123456789eE");
  if (memchr(text, '.', count) || memchr(text, 'e', count)) {
    double value = strtod(text, NULL);
    putc(SQLITE_FLOAT, output);
    fwrite(&value, sizeof value, 1, output);
  } else {
    int64_t value = strtoll(text, NULL, 10);
    putc(SQLITE_INTEGER, output);
    fwrite(&value, sizeof value, 1, output);
  }
  return text + count;
}

// Where a string or a comment that begins at `sql` ends; `sql` itself if none does.
static const char *skip_opaque(const char *sql) {
  if (*sql == '\'' || *sql == '"') {
    const char *end = strchr(sql + 1, *sql);
    return end ? end + 1 : sql;
  }
  if (strncmp(sql, "--", 2) == 0) {
    const char *end = strchr(sql, '\n');
    return end ? end : sql + strlen(sql);
  }
  return sql;
}

// The number of the parameter at `sql`, whose end goes to `end`; 0 if there is none.
static int parameter(sqlite3_stmt *statement, const char *sql, int last, const char **end) {
  if (*sql == '?') {
    char *behind;
    long number = strtol(sql + 1, &behind, 10);
    *end = isdigit((unsigned char)sql[1]) ? behind : sql + 1;
    return *end == sql + 1 ? last + 1 : (int)number;
  }
  if (!strchr(":@$", *sql) || !*sql) return 0;
  const char *name_end = sql + 1;
  while (isalnum((unsigned char)*name_end) || *name_end == '_') name_end++;
  char name[128] = {0};
  if (name_end == sql + 1 || name_end - sql >= (long)sizeof name) return 0;
  memcpy(name, sql, (size_t)(name_end - sql));
  *end = name_end;
  return sqlite3_bind_parameter_index(statement, name);
}

void literals_write(
    FILE *output, sqlite3_stmt *statement, const char *sql, const char *expanded) {
  // Where each literal stands: they are written in the order of their numbers.
  const char *places[PARAMETERS_MAX] = {0};
  int count = sqlite3_bind_parameter_count(statement), last = 0;
  static FILE *nowhere;  // its caller lets one thread in at a time
  if (!nowhere) nowhere = fopen("/dev/null", "w");
  while (*sql) {
    const char *end = skip_opaque(sql);
    int number = end == sql ? parameter(statement, sql, last, &end) : 0;
    if (number > 0 && number < PARAMETERS_MAX) {
      places[number] = expanded;
      expanded = write_literal(nowhere, expanded);
      last = number;
    } else {
      if (end == sql) end++;
      expanded += end - sql;
    }
    sql = end;
  }
  uint32_t written = (uint32_t)count;
  fwrite(&written, sizeof written, 1, output);
  for (int i = 1; i <= count; i++) write_literal(output, places[i] ? places[i] : "NULL");
}
