import GRDB

/// Users, conversations, participants, messages, receipts, the event log, and views that show them
/// under the names of the documents that the product was asked for with.
///
/// Times are milliseconds since 1970 in UTC.
enum Migration001 {
  static func run(_ db: Database, log: UInt32) throws {
    try db.execute(sql: people + messages + events + views)
    try db.execute(sql: "INSERT INTO log (id, log_id) VALUES (1, ?)", arguments: [Int64(log)])
  }

  private static let people = """
    CREATE TABLE users (
      user_id TEXT NOT NULL PRIMARY KEY,
      display_name TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN
        ('patient', 'doctor', 'dietitian', 'pharmacist', 'nurse', 'admin', 'service')),
      is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX users_active_by_role ON users (role, user_id) WHERE is_active = 1;

    CREATE TABLE chat_conversations (
      conversation_id INTEGER PRIMARY KEY CHECK (conversation_id > 0),
      type TEXT NOT NULL CHECK (type IN ('direct', 'group', 'support', 'broadcast')),
      title TEXT,
      is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
      user_id TEXT REFERENCES users (user_id),
      member_id TEXT REFERENCES users (user_id),
      created_by INTEGER REFERENCES chat_participants (participant_id),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      last_sequence INTEGER NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
      last_message_at INTEGER,
      CHECK (type <> 'direct' OR
        (user_id IS NOT NULL AND member_id IS NOT NULL AND user_id <> member_id))
    ) STRICT;

    -- One direct conversation per pair, whoever of the two stands first.
    CREATE UNIQUE INDEX chat_conversations_by_pair ON chat_conversations
      (min(user_id, member_id), max(user_id, member_id)) WHERE type = 'direct';

    CREATE TABLE chat_participants (
      participant_id INTEGER PRIMARY KEY CHECK (participant_id > 0),
      conversation_id INTEGER NOT NULL REFERENCES chat_conversations (conversation_id),
      user_id TEXT NOT NULL REFERENCES users (user_id),
      user_type TEXT NOT NULL CHECK (user_type IN
        ('patient', 'doctor', 'dietitian', 'pharmacist', 'nurse', 'admin', 'service')),
      joined_at INTEGER NOT NULL,
      left_at INTEGER,
      is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
      created_at INTEGER NOT NULL,
      -- Events behind the one and up to the other are his.
      joined_position INTEGER NOT NULL CHECK (joined_position >= 0),
      left_position INTEGER,
      delivered_up_to INTEGER NOT NULL DEFAULT 0,
      delivered_at INTEGER,
      read_up_to INTEGER NOT NULL DEFAULT 0,
      read_at INTEGER,
      -- His own messages behind his read watermark: what unread counts leave out.
      own_after_read INTEGER NOT NULL DEFAULT 0 CHECK (own_after_read >= 0),
      CHECK (delivered_up_to >= read_up_to AND read_up_to >= 0)
    ) STRICT;

    CREATE UNIQUE INDEX chat_participants_by_conversation
      ON chat_participants (conversation_id, participant_id);
    CREATE UNIQUE INDEX chat_participants_active
      ON chat_participants (conversation_id, user_id) WHERE is_active = 1;
    CREATE INDEX chat_participants_by_user ON chat_participants (user_id, conversation_id);

    """

  private static let messages = """
    CREATE TABLE chat_messages (
      conversation_id INTEGER NOT NULL REFERENCES chat_conversations (conversation_id),
      sequence INTEGER NOT NULL CHECK (sequence > 0),
      sender_id INTEGER NOT NULL,
      message_type TEXT NOT NULL CHECK (message_type IN
        ('text', 'file', 'image', 'system', 'call')),
      content TEXT NOT NULL,
      attachment_url TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, sequence),
      -- The sender takes part in this very conversation.
      FOREIGN KEY (conversation_id, sender_id)
        REFERENCES chat_participants (conversation_id, participant_id)
    ) STRICT, WITHOUT ROWID;

    -- Every move of a watermark.
    CREATE TABLE receipts (
      participant_id INTEGER NOT NULL REFERENCES chat_participants (participant_id),
      kind TEXT NOT NULL CHECK (kind IN ('delivered', 'read')),
      up_to INTEGER NOT NULL CHECK (up_to > 0),
      moved_at INTEGER NOT NULL,
      PRIMARY KEY (participant_id, kind, up_to)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE idempotency_keys (
      user_id TEXT NOT NULL,
      key TEXT NOT NULL,
      conversation_id INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      PRIMARY KEY (user_id, key)
    ) STRICT, WITHOUT ROWID;

    """

  private static let events = """
    CREATE TABLE log (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      log_id INTEGER NOT NULL
    ) STRICT;

    -- Events name what changed; what it holds stands in its own table, once. Neither they nor the
    -- keys refer to it by foreign keys: they are written in the transaction that wrote what they
    -- name, nothing they name is ever removed, and each such check costs every message a search.
    CREATE TABLE events (
      position INTEGER PRIMARY KEY CHECK (position > 0),
      kind TEXT NOT NULL CHECK (kind IN
        ('conversation_created', 'message_created', 'receipt_moved')),
      conversation_id INTEGER NOT NULL,
      occurred_at INTEGER NOT NULL,
      -- The message, or the one up to which a watermark moved.
      sequence INTEGER,
      participant_id INTEGER,
      receipt_kind TEXT CHECK (receipt_kind IN ('delivered', 'read'))
    ) STRICT;

    """

  /// The SQL expression for a conversation's identifier as everybody outside knows it: 13 digits of
  /// Crockford's base 32.
  private static func publicID(_ column: String) -> String {
    stride(from: 60, through: 0, by: -5)
      .map { "substr('0123456789abcdefghjkmnpqrstvwxyz', (\(column) >> \($0) & 31) + 1, 1)" }
      .joined(separator: " || ")
  }

  private static let views = """
    CREATE VIEW message AS SELECT
      \(publicID("m.conversation_id")) || '.' || m.sequence AS Message_id,
      \(publicID("m.conversation_id")) AS Conversation_id,
      m.sender_id AS Sender_id,
      m.content AS Content,
      m.message_type AS Message_Type,
      m.attachment_url AS Attachment_Url,
      coalesce((SELECT min(p.read_up_to) >= m.sequence FROM chat_participants p
        WHERE p.conversation_id = m.conversation_id AND p.is_active = 1
          AND p.participant_id <> m.sender_id), 0) AS Is_read,
      strftime('%Y-%m-%dT%H:%M:%fZ', m.created_at / 1000.0, 'unixepoch') AS Created_at,
      strftime('%Y-%m-%dT%H:%M:%fZ', m.updated_at / 1000.0, 'unixepoch') AS Updated_at
    FROM chat_messages m;

    CREATE VIEW conversation AS SELECT
      \(publicID("conversation_id")) AS Conversation_id,
      title AS Title,
      type AS Type,
      is_active AS Is_Active,
      strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS Created_at
    FROM chat_conversations;

    CREATE VIEW sender AS SELECT
      participant_id AS Sender_id,
      \(publicID("conversation_id")) AS Conversation_id,
      user_id AS User_id,
      user_type AS User_Type,
      strftime('%Y-%m-%dT%H:%M:%fZ', joined_at / 1000.0, 'unixepoch') AS Joined_at,
      strftime('%Y-%m-%dT%H:%M:%fZ', left_at / 1000.0, 'unixepoch') AS Left_at,
      is_active AS Is_Active,
      strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS Created_at
    FROM chat_participants;
    """
}
