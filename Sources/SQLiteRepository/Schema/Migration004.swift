import GRDB

/// The audit, which only grows, and the tokens that count no more.
enum Migration004 {
  static func run(_ db: Database) throws {
    try db.execute(sql: audit + revocations)
  }

  private static let audit = """
    CREATE TABLE audit (
      record_index INTEGER PRIMARY KEY CHECK (record_index > 0),
      occurred_at INTEGER NOT NULL,
      operation TEXT NOT NULL,
      -- Empty texts stand for what is not known.
      user_id TEXT NOT NULL,
      service_id TEXT NOT NULL,
      role TEXT NOT NULL,
      subject TEXT NOT NULL,
      outcome TEXT NOT NULL,
      origin TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;

    CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
      BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
    CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
      BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;

    """

  private static let revocations = """
    CREATE TABLE revoked_tokens (
      user_id TEXT NOT NULL,
      token_id TEXT NOT NULL,
      -- When it would have expired: nobody asks for it after that.
      expires_at INTEGER NOT NULL,
      revoked_at INTEGER NOT NULL,
      PRIMARY KEY (user_id, token_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE revoked_users (
      user_id TEXT NOT NULL PRIMARY KEY,
      -- Tokens issued up to then count no more.
      issued_until INTEGER NOT NULL,
      revoked_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
