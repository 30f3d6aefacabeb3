import GRDB

/// Attachments, and what those of each user amount to.
enum Migration003 {
  static func run(_ db: Database) throws {
    try db.execute(sql: attachments + indexes + usage)
  }

  private static let attachments = """
    CREATE TABLE attachments (
      attachment_id TEXT NOT NULL PRIMARY KEY,
      owner_id TEXT NOT NULL REFERENCES users (user_id),
      file_name TEXT NOT NULL,
      content_type TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('uploading', 'pending', 'clean', 'rejected')),
      -- Of its bytes; while they are coming, as announced.
      size INTEGER CHECK (size >= 0),
      sha256 BLOB CHECK (length(sha256) = 32),
      thumbnail_size INTEGER,
      thumbnail_sha256 BLOB CHECK (length(thumbnail_sha256) = 32),
      needs_thumbnail INTEGER NOT NULL DEFAULT 0 CHECK (needs_thumbnail IN (0, 1)),
      -- What it counts against its owner's quota.
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      -- How many messages have it.
      use_count INTEGER NOT NULL DEFAULT 0 CHECK (use_count >= 0),
      -- Since when no message has it; NULL while one has, and before it is complete.
      unused_since INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CHECK (state = 'uploading' OR (size IS NOT NULL AND sha256 IS NOT NULL))
    ) STRICT, WITHOUT ROWID;

    """

  private static let indexes = """
    CREATE INDEX attachments_by_hash ON attachments (sha256) WHERE sha256 IS NOT NULL;
    CREATE INDEX attachments_by_thumbnail ON attachments (thumbnail_sha256)
      WHERE thumbnail_sha256 IS NOT NULL;
    CREATE INDEX attachments_uploading ON attachments (created_at) WHERE state = 'uploading';
    CREATE INDEX attachments_unused ON attachments (unused_since) WHERE unused_since IS NOT NULL;
    CREATE INDEX attachments_waiting ON attachments (attachment_id)
      WHERE state = 'pending' OR needs_thumbnail = 1;

    CREATE INDEX chat_messages_by_attachment ON chat_messages (attachment_id)
      WHERE attachment_id IS NOT NULL;

    """

  /// Kept by triggers, so that no way of changing an attachment can forget it.
  private static let usage = """
    CREATE TABLE attachment_usage (
      user_id TEXT NOT NULL PRIMARY KEY,
      bytes INTEGER NOT NULL,
      files INTEGER NOT NULL,
      uploads INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER attachment_added AFTER INSERT ON attachments BEGIN
      INSERT INTO attachment_usage (user_id, bytes, files, uploads)
        VALUES (new.owner_id, new.bytes, 1, new.state = 'uploading')
        ON CONFLICT (user_id) DO UPDATE SET bytes = bytes + excluded.bytes, files = files + 1,
          uploads = uploads + excluded.uploads;
    END;

    CREATE TRIGGER attachment_changed AFTER UPDATE OF bytes, state ON attachments BEGIN
      UPDATE attachment_usage SET bytes = bytes + new.bytes - old.bytes,
        uploads = uploads + (new.state = 'uploading') - (old.state = 'uploading')
        WHERE user_id = new.owner_id;
    END;

    CREATE TRIGGER attachment_removed AFTER DELETE ON attachments BEGIN
      UPDATE attachment_usage SET bytes = bytes - old.bytes, files = files - 1,
        uploads = uploads - (old.state = 'uploading') WHERE user_id = old.owner_id;
    END;
    """
}
