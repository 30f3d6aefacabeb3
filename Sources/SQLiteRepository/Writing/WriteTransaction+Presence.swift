import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func setStatus(_ intent: SetStatus) throws -> StatusNote {
    let note = intent.note
    _ = try activeUser(context.actor)
    if let endsAt = note.endsAt, endsAt <= context.now {
      throw ChatError.failedPrecondition(.statusOver)
    }
    try db.run(
      """
      INSERT INTO presences (user_id, status, status_text, status_ends_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (user_id) DO UPDATE SET status = excluded.status,
        status_text = excluded.status_text, status_ends_at = excluded.status_ends_at
      """,
      [context.actor.rawValue, note.status.rawValue, note.text, note.endsAt?.milliseconds]
    )
    return note
  }

  func recordLastSeen(_ intent: RecordLastSeen) throws -> RecordedLastSeen {
    for (user, time) in intent.times {
      try db.run(
        """
        INSERT INTO presences (user_id, last_seen_at)
        SELECT user_id, ?2 FROM users WHERE user_id = ?1
        ON CONFLICT (user_id) DO UPDATE
          SET last_seen_at = max(ifnull(last_seen_at, 0), excluded.last_seen_at)
        """,
        [user.rawValue, time.milliseconds]
      )
    }
    return RecordedLastSeen()
  }
}
