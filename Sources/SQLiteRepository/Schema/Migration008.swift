import GRDB

/// What the scan has rejected counts no more for its owner: its bytes are gone, and he cannot send it.
enum Migration008 {
  static func run(_ db: Database) throws {
    try db.execute(
      sql: """
        DROP TRIGGER attachment_changed;
        DROP TRIGGER attachment_removed;

        CREATE TRIGGER attachment_changed AFTER UPDATE OF bytes, state ON attachments BEGIN
          UPDATE attachment_usage SET bytes = bytes + new.bytes - old.bytes,
            files = files + (old.state = 'rejected') - (new.state = 'rejected'),
            uploads = uploads + (new.state = 'uploading') - (old.state = 'uploading')
            WHERE user_id = new.owner_id;
        END;

        CREATE TRIGGER attachment_removed AFTER DELETE ON attachments BEGIN
          UPDATE attachment_usage SET bytes = bytes - old.bytes,
            files = files - (old.state <> 'rejected'),
            uploads = uploads - (old.state = 'uploading') WHERE user_id = old.owner_id;
        END;

        UPDATE attachment_usage SET files = files - (SELECT count(*) FROM attachments a
          WHERE a.owner_id = user_id AND a.state = 'rejected');
        UPDATE attachments SET bytes = 0 WHERE state = 'rejected';
        """
    )
  }
}
