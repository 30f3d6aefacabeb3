import GRDB

/// A user's present conversations, which every list of them begins with, without their rows.
enum Migration009 {
  static func run(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE INDEX chat_participants_present ON chat_participants (user_id, conversation_id)
          WHERE is_active = 1;
        """
    )
  }
}
