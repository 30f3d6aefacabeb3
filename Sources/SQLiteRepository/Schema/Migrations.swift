import GRDB

/// The steps from an empty file to the present tables, oldest first. A step is never changed once
/// it was released; GRDB notes which have run, each in one transaction with its note.
enum Migrations {
  /// Stands in the file's header as `user_version`: the number of steps.
  static let version = 12

  /// - Parameter log: the number of the event log and of the database, where they are made now.
  static func migrator(log: UInt32) -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("001 conversations") { db in
      try Migration001.run(db, log: log)
      try db.execute(
        sql: """
          PRAGMA application_id = \(DatabaseIdentity.applicationID);
          PRAGMA user_version = 1;
          """
      )
    }
    migrator.registerMigration("002 the whole chat") { db in
      try Migration002.run(db)
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    migrator.registerMigration("003 attachments") { db in
      try Migration003.run(db)
      try db.execute(sql: "PRAGMA user_version = 3")
    }
    migrator.registerMigration("004 audit") { db in
      try Migration004.run(db)
      try db.execute(sql: "PRAGMA user_version = 4")
    }
    migrator.registerMigration("005 care teams") { db in
      try Migration005.run(db)
      try db.execute(sql: "PRAGMA user_version = 5")
    }
    migrator.registerMigration("006 presence") { db in
      try Migration006.run(db)
      try db.execute(sql: "PRAGMA user_version = 6")
    }
    migrator.registerMigration("007 messages by arrival") { db in
      try Migration007.run(db)
      try db.execute(sql: "PRAGMA user_version = 7")
    }
    migrator.registerMigration("008 rejected attachments") { db in
      try Migration008.run(db)
      try db.execute(sql: "PRAGMA user_version = 8")
    }
    migrator.registerMigration("009 present conversations") { db in
      try Migration009.run(db)
      try db.execute(sql: "PRAGMA user_version = 9")
    }
    migrator.registerMigration("010 instance") { db in
      try Migration010.run(db, instance: log)
      try db.execute(sql: "PRAGMA user_version = 10")
    }
    migrator.registerMigration("011 checksums") { db in
      try Migration011.run(db)
      try db.execute(sql: "PRAGMA user_version = 11")
    }
    migrator.registerMigration("012 sensitive conversations") { db in
      try Migration012.run(db)
      try db.execute(sql: "PRAGMA user_version = 12")
    }
    return migrator
  }
}
