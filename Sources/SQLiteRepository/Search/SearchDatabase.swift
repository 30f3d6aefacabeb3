import GRDB

/// The file of the full-text index: made of the log, so that it may be lost and made again.
enum SearchDatabase {
  /// What the index holds of a text. One of another version is made again.
  private static let version: Int64 = 2

  /// - Parameter log: the log that it follows. An index of another one is emptied.
  static func open(_ configuration: SQLiteConfiguration, log: UInt32) throws -> DatabasePool {
    var connections = Configuration()
    connections.label = "wardline.search"
    connections.maximumReaderCount = 2
    connections.persistentReadOnlyConnections = true
    connections.busyMode = .timeout(5)
    connections.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF;
          PRAGMA mmap_size = 0;
          PRAGMA cache_size = -8192;
          """
      )
    }
    try DataFolder.makePrivate(configuration.searchPath)
    let pool = try DatabasePool(path: configuration.searchPath, configuration: connections)
    try pool.write { db in try prepare(db, log: log) }
    return pool
  }

  private static func prepare(_ db: Database, log: UInt32) throws {
    if try db.tableExists("progress") {
      let known = try db.first("SELECT log_id FROM progress", []) { try $0.int64() }
      let found = try db.first("PRAGMA user_version", []) { try $0.int64() }
      if known == Int64(log), found == version { return }
      try db.execute(sql: "DROP TABLE progress; DROP TABLE message_text;")
    }
    try db.execute(
      sql: """
        -- A row for each message, under the position of its first event.
        CREATE VIRTUAL TABLE message_text USING fts5 (
          content, scope, tokenize = "unicode61 remove_diacritics 2"
        );
        -- Many small merges instead of a few long ones.
        INSERT INTO message_text (message_text, rank) VALUES ('automerge', 16);
        INSERT INTO message_text (message_text, rank) VALUES ('crisismerge', 64);
        -- Everything in the log up to here is in the index.
        CREATE TABLE progress (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          log_id INTEGER NOT NULL,
          position INTEGER NOT NULL
        ) STRICT;
        """
    )
    try db.execute(sql: "PRAGMA user_version = \(version)")
    try db.run("INSERT INTO progress (id, log_id, position) VALUES (1, ?, 0)", [Int64(log)])
  }
}
