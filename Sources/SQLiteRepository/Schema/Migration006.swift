import GRDB

/// What users say of being reachable, and when they were last online.
enum Migration006 {
  static func run(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE presences (
          user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (user_id),
          status TEXT NOT NULL DEFAULT 'available' CHECK (status IN
            ('available', 'away', 'do_not_disturb', 'out_of_office')),
          status_text TEXT NOT NULL DEFAULT '',
          status_ends_at INTEGER,
          last_seen_at INTEGER
        ) STRICT, WITHOUT ROWID;
        """
    )
  }
}
