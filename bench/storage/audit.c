// The audit log: each record's hash covers the one before it.
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "storage.h"

static sqlite3 *db;
static sqlite3_stmt *insert;
static uint8_t last[32];

void digest(const void *bytes, int count, uint8_t result[32]) {
  static __thread EVP_MD_CTX *context;
  static EVP_MD *sha256;
  if (!sha256) sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  if (!context) context = EVP_MD_CTX_new();
  EVP_DigestInit_ex2(context, sha256, NULL);
  EVP_DigestUpdate(context, bytes, (size_t)count);
  EVP_DigestFinal_ex(context, result, NULL);
}

void audit_open(sqlite3 *opened) {
  db = opened;
  insert = prepare(db,
                   "INSERT INTO audit_records (idx, at, operation, user_id, role, subject, outcome,"
                   " origin, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
}

void audit_write(const struct send *send) {
  char subject[40], record[256];
  int subject_bytes = snprintf(subject, sizeof subject, "%013llx.%lld",
                               (unsigned long long)conversation_id(send->conversation),
                               (long long)send->sequence);
  memcpy(record, last, 32);
  int bytes = 32 + snprintf(record + 32, sizeof record - 32,
                            "%lld|%lld|wardline.v1.Messages/Send|%s||patient|%s|ok|192.0.2.7:50123",
                            (long long)send->number, 1763750000000ll + send->number, send->user,
                            subject);
  digest(record, bytes, last);
  sqlite3_bind_int64(insert, 1, send->number + 1);
  sqlite3_bind_int64(insert, 2, 1763750000000 + send->number);
  sqlite3_bind_text(insert, 4, send->user, -1, SQLITE_STATIC);
  if (options.has_text_kinds) {
    sqlite3_bind_text(insert, 3, "wardline.v1.Messages/Send", -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, "patient", -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 7, "ok", -1, SQLITE_STATIC);
  } else {
    sqlite3_bind_int(insert, 3, 17);
    sqlite3_bind_int(insert, 5, 3);
    sqlite3_bind_int(insert, 7, 0);
  }
  sqlite3_bind_text(insert, 6, subject, subject_bytes, SQLITE_STATIC);
  sqlite3_bind_text(insert, 8, "192.0.2.7:50123", -1, SQLITE_STATIC);
  sqlite3_bind_blob(insert, 9, last, 32, SQLITE_STATIC);
  step(db, insert);
}
