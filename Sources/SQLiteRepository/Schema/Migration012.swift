import GRDB

/// Conversations of which lists show nothing that is said.
enum Migration012 {
  static func run(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE chat_conversations ADD COLUMN is_sensitive INTEGER NOT NULL DEFAULT 0
          CHECK (is_sensitive IN (0, 1));
        """
    )
  }
}
