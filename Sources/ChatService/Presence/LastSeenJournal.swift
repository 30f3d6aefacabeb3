import ChatModel

/// When users were last online, as far as it is not stored yet.
///
/// Stored it is in batches, a while later: coming and going must not cost a write each.
struct LastSeenJournal {
  private var unsaved: [UserID: Timestamp] = [:]
  private var saving: [UserID: Timestamp] = [:]
  private var dueAt: Duration?

  /// When something is to be stored; nil when there is nothing or a batch is under way.
  var nextDue: Duration? { saving.isEmpty ? dueAt : nil }

  subscript(user: UserID) -> Timestamp? { unsaved[user] ?? saving[user] }

  mutating func note(_ user: UserID, _ time: Timestamp, at now: Duration) {
    unsaved[user] = time
    let due = unsaved.count >= Self.batchMax ? now : now + Self.delay
    dueAt = min(dueAt ?? due, due)
  }

  /// What is to be stored now, if it is time; `saved` follows.
  ///
  /// - Parameter isLast: whether it is time in any case.
  mutating func take(_ now: Duration, isLast: Bool = false) -> [UserID: Timestamp] {
    guard saving.isEmpty, !unsaved.isEmpty, isLast || dueAt.map({ $0 <= now }) ?? false else {
      return [:]
    }
    if unsaved.count <= Self.batchMax {
      swap(&saving, &unsaved)
    } else {
      for (user, time) in unsaved.prefix(Self.batchMax) {
        saving[user] = time
        unsaved[user] = nil
      }
    }
    dueAt = unsaved.isEmpty ? nil : now
    return saving
  }

  /// The batch is stored. If it could not be, it is tried again with the next one.
  mutating func saved(_ isStored: Bool, at now: Duration) {
    if !isStored && unsaved.count < Self.unsavedMax {
      unsaved.merge(saving) { newer, _ in newer }
      dueAt = now + Self.delay
    }
    saving = [:]
  }

  static let delay = Duration.seconds(60)
  /// Users of one batch.
  static let batchMax = 1_000
  /// With so many that could not be stored, a batch that fails is given up.
  static let unsavedMax = 10_000
}
