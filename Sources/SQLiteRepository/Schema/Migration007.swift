import GRDB

/// Messages in the order in which they came, and checks that cost a message nothing.
///
/// What was chosen by measurement, and against what: docs/storage.md.
enum Migration007 {
  static func run(_ db: Database) throws {
    let views = try String.fetchAll(db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'view'")
    // A table that a view shows cannot be replaced.
    for name in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'view'") {
      try db.execute(sql: "DROP VIEW \"\(name)\"")
    }
    try db.execute(sql: messages + events + receipts)
    for view in views { try db.execute(sql: view) }
  }

  /// A row stands under the position of its event: it is appended, wherever its conversation began,
  /// and only an entry of an index, a tenth of its size, goes to where the conversation lies.
  ///
  /// SQLite builds a table in memory for each evaluation of an IN of three values or more; a chain
  /// of comparisons ends at the first that holds.
  private static let messages = """
    CREATE TABLE chat_messages_by_arrival (
      position INTEGER PRIMARY KEY CHECK (position > 0),
      conversation_id INTEGER NOT NULL REFERENCES chat_conversations (conversation_id),
      sequence INTEGER NOT NULL CHECK (sequence > 0),
      sender_id INTEGER NOT NULL,
      message_type TEXT NOT NULL CHECK (message_type = 'text' OR message_type = 'file'
        OR message_type = 'image' OR message_type = 'system' OR message_type = 'call'),
      content TEXT NOT NULL,
      attachment_url TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      reply_to INTEGER,
      is_urgent INTEGER NOT NULL DEFAULT 0 CHECK (is_urgent IN (0, 1)),
      version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
      deleted_at INTEGER,
      -- User identifiers, joined by spaces.
      mentions TEXT,
      attachment_id TEXT,
      -- The conversation and the sequence, as in a message's name.
      forwarded_from TEXT,
      acting_service TEXT,
      -- The sender takes part in this very conversation.
      FOREIGN KEY (conversation_id, sender_id)
        REFERENCES chat_participants (conversation_id, participant_id)
    ) STRICT;
    INSERT INTO chat_messages_by_arrival SELECT position, conversation_id, sequence, sender_id,
      message_type, content, attachment_url, created_at, updated_at, reply_to, is_urgent, version,
      deleted_at, mentions, attachment_id, forwarded_from, acting_service
      FROM chat_messages ORDER BY position;
    DROP TABLE chat_messages;
    ALTER TABLE chat_messages_by_arrival RENAME TO chat_messages;
    CREATE UNIQUE INDEX chat_messages_by_conversation
      ON chat_messages (conversation_id, sequence);
    CREATE INDEX chat_messages_by_attachment ON chat_messages (attachment_id)
      WHERE attachment_id IS NOT NULL;

    """

  private static let events = """
    CREATE TABLE events_of_before AS SELECT * FROM events;
    DROP TABLE events;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY CHECK (position > 0),
      -- The commonest first.
      kind TEXT NOT NULL CHECK (kind = 'message_created' OR kind = 'receipt_moved'
        OR kind = 'reaction_added' OR kind = 'reaction_removed' OR kind = 'message_edited'
        OR kind = 'message_deleted' OR kind = 'message_hidden' OR kind = 'conversation_created'
        OR kind = 'conversation_updated' OR kind = 'participant_joined'
        OR kind = 'participant_left' OR kind = 'participant_changed'
        OR kind = 'conversation_muted' OR kind = 'assignment_changed'
        OR kind = 'attachment_changed'),
      conversation_id INTEGER,
      occurred_at INTEGER NOT NULL,
      -- The message, or the one up to which a watermark moved.
      sequence INTEGER,
      participant_id INTEGER,
      receipt_kind TEXT CHECK (receipt_kind IS NULL OR receipt_kind = 'delivered'
        OR receipt_kind = 'read' OR receipt_kind = 'acknowledged'),
      -- What stands nowhere else, or not as it was then, as JSON.
      detail TEXT,
      -- User identifiers, each between spaces, if not the participants are meant.
      audience TEXT
    ) STRICT;
    INSERT INTO events SELECT position, kind, conversation_id, occurred_at, sequence,
      participant_id, receipt_kind, detail, audience FROM events_of_before ORDER BY position;
    DROP TABLE events_of_before;

    """

  private static let receipts = """
    CREATE TABLE receipts_of_before AS SELECT * FROM receipts;
    DROP TABLE receipts;
    CREATE TABLE receipts (
      participant_id INTEGER NOT NULL REFERENCES chat_participants (participant_id),
      kind TEXT NOT NULL CHECK (kind = 'delivered' OR kind = 'read' OR kind = 'acknowledged'),
      up_to INTEGER NOT NULL CHECK (up_to > 0),
      moved_at INTEGER NOT NULL,
      PRIMARY KEY (participant_id, kind, up_to)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO receipts SELECT participant_id, kind, up_to, moved_at FROM receipts_of_before;
    DROP TABLE receipts_of_before;
    """
}
