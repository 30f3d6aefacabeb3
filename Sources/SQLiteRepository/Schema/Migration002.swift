import ChatModel
import ChatRepository
import GRDB

/// The whole chat: groups and their participants' parts, edits, deletions, reactions, replies,
/// acknowledgements, every kind of event, and keys for every mutating call.
///
/// What a message has beside its text is NULL or zero in nearly all rows, which takes no room.
enum Migration002 {
  static func run(_ db: Database) throws {
    try db.execute(sql: conversations + messages)
    try rebuildReceipts(db)
    try rebuildEvents(db)
    try rebuildKeys(db)
  }

  private static let conversations = """
    ALTER TABLE chat_conversations ADD COLUMN history TEXT NOT NULL DEFAULT 'all'
      CHECK (history IN ('all', 'from_join'));
    ALTER TABLE chat_conversations ADD COLUMN care_role TEXT;

    ALTER TABLE chat_participants ADD COLUMN participant_role TEXT NOT NULL DEFAULT 'member'
      CHECK (participant_role IN ('owner', 'moderator', 'member'));
    -- The messages behind the one and up to the other were sent while he took part.
    ALTER TABLE chat_participants ADD COLUMN joined_sequence INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE chat_participants ADD COLUMN left_sequence INTEGER;
    ALTER TABLE chat_participants ADD COLUMN acknowledged_up_to INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE chat_participants ADD COLUMN acknowledged_at INTEGER;
    ALTER TABLE chat_participants ADD COLUMN muted_until INTEGER;
    -- Behind his read watermark: his own messages, deleted ones, and those he deleted for himself.
    ALTER TABLE chat_participants RENAME COLUMN own_after_read TO not_counted_after_read;

    """

  private static let messages = """
    ALTER TABLE chat_messages ADD COLUMN reply_to INTEGER;
    ALTER TABLE chat_messages ADD COLUMN is_urgent INTEGER NOT NULL DEFAULT 0
      CHECK (is_urgent IN (0, 1));
    ALTER TABLE chat_messages ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);
    ALTER TABLE chat_messages ADD COLUMN deleted_at INTEGER;
    -- User identifiers, joined by spaces.
    ALTER TABLE chat_messages ADD COLUMN mentions TEXT;
    ALTER TABLE chat_messages ADD COLUMN attachment_id TEXT;
    -- The conversation and the sequence, as in a message's name.
    ALTER TABLE chat_messages ADD COLUMN forwarded_from TEXT;
    ALTER TABLE chat_messages ADD COLUMN acting_service TEXT;
    -- Of its event in the log: under it the message stands in the search index.
    ALTER TABLE chat_messages ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    UPDATE chat_messages SET position = e.position FROM events e
      WHERE e.kind = 'message_created' AND e.conversation_id = chat_messages.conversation_id
        AND e.sequence = chat_messages.sequence;

    -- What messages said before they were edited.
    CREATE TABLE message_versions (
      conversation_id INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      content TEXT NOT NULL,
      mentions TEXT,
      written_at INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, sequence, version),
      FOREIGN KEY (conversation_id, sequence) REFERENCES chat_messages (conversation_id, sequence)
    ) STRICT, WITHOUT ROWID;

    -- Who has deleted which message for himself.
    CREATE TABLE hidden_messages (
      conversation_id INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      user_id TEXT NOT NULL REFERENCES users (user_id),
      hidden_at INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, sequence, user_id),
      FOREIGN KEY (conversation_id, sequence) REFERENCES chat_messages (conversation_id, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE reactions (
      conversation_id INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      emoji TEXT NOT NULL,
      user_id TEXT NOT NULL REFERENCES users (user_id),
      position INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, sequence, emoji, user_id),
      FOREIGN KEY (conversation_id, sequence) REFERENCES chat_messages (conversation_id, sequence)
    ) STRICT, WITHOUT ROWID;

    """

  /// A constraint of a table cannot be changed: the table is written anew.
  private static func rebuildReceipts(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE receipts RENAME TO receipts_001;
        CREATE TABLE receipts (
          participant_id INTEGER NOT NULL REFERENCES chat_participants (participant_id),
          kind TEXT NOT NULL CHECK (kind IN ('delivered', 'read', 'acknowledged')),
          up_to INTEGER NOT NULL CHECK (up_to > 0),
          moved_at INTEGER NOT NULL,
          PRIMARY KEY (participant_id, kind, up_to)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO receipts SELECT * FROM receipts_001;
        DROP TABLE receipts_001;
        """
    )
  }

  private static func rebuildEvents(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE events RENAME TO events_001;
        CREATE TABLE events (
          position INTEGER PRIMARY KEY CHECK (position > 0),
          kind TEXT NOT NULL CHECK (kind IN (
            'conversation_created', 'conversation_updated', 'participant_joined',
            'participant_left', 'participant_changed', 'message_created', 'message_edited',
            'message_deleted', 'message_hidden', 'reaction_added', 'reaction_removed',
            'receipt_moved', 'conversation_muted', 'assignment_changed')),
          conversation_id INTEGER,
          occurred_at INTEGER NOT NULL,
          -- The message, or the one up to which a watermark moved.
          sequence INTEGER,
          participant_id INTEGER,
          receipt_kind TEXT CHECK (receipt_kind IN ('delivered', 'read', 'acknowledged')),
          -- What stands nowhere else, or not as it was then, as JSON.
          detail TEXT,
          -- User identifiers, each between spaces, if not the participants are meant.
          audience TEXT
        ) STRICT;
        INSERT INTO events (position, kind, conversation_id, occurred_at, sequence, participant_id,
          receipt_kind) SELECT position, kind, conversation_id, occurred_at, sequence,
          participant_id, receipt_kind FROM events_001;
        DROP TABLE events_001;
        """
    )
  }

  private static func rebuildKeys(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE idempotency_keys RENAME TO idempotency_keys_001;
        -- A key of a message names it; one of anything else keeps the answer.
        CREATE TABLE idempotency_keys (
          user_id TEXT NOT NULL,
          key TEXT NOT NULL,
          fingerprint BLOB NOT NULL,
          conversation_id INTEGER,
          sequence INTEGER,
          operation TEXT,
          subject TEXT,
          answer TEXT,
          PRIMARY KEY (user_id, key)
        ) STRICT, WITHOUT ROWID;
        """
    )
    try db.each(
      """
      SELECT k.user_id, k.key, k.conversation_id, k.sequence, m.message_type, m.content
      FROM idempotency_keys_001 k JOIN chat_messages m USING (conversation_id, sequence)
      """,
      []
    ) { row in
      try insertKey(&row, db)
      return true
    }
    try db.execute(sql: "DROP TABLE idempotency_keys_001")
  }

  /// A key of before has no fingerprint: its message, which nobody could change, gives it.
  private static func insertKey(_ stored: inout StoredRow, _ db: Database) throws {
    let user = try stored.string()
    let key = try stored.string()
    let conversation = try stored.conversationID()
    let sequence = try stored.sequence()
    let fingerprint = Fingerprint(
      of: .init(
        destination: .conversation(conversation),
        type: try stored.value(),
        content: try stored.string()
      ),
      to: conversation
    )
    try db.run(
      """
      INSERT INTO idempotency_keys (user_id, key, fingerprint, conversation_id, sequence)
      VALUES (?, ?, ?, ?, ?)
      """,
      [user, key, fingerprint.data, conversation.rawValue, sequence.rawValue]
    )
  }
}
