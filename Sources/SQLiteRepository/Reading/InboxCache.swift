import ChatModel
import Synchronization

/// The inboxes of users who asked for theirs lately. To bring one up to date takes a look at what was
/// said since; to make one, a look at a row for each conversation.
///
/// What is here may be old, but not wrong: every change of an inbox is an event of its conversation.
final class InboxCache: Sendable {
  private struct State {
    var inboxes: [UserID: Inbox] = [:]
    var rowCount = 0
  }

  private let state = Mutex(State())
  private let rowsMax: Int

  /// Of all inboxes together. A row takes 24 bytes.
  static let rowsMax = 100_000

  init(rowsMax: Int = InboxCache.rowsMax) { self.rowsMax = rowsMax }

  func inbox(of user: UserID) -> Inbox? {
    state.withLock { $0.inboxes[user] }
  }

  /// Keeps an inbox, unless a later one is here.
  func keep(_ inbox: Inbox, of user: UserID) {
    state.withLock { state in
      let present = state.inboxes[user]
      if let present, present.position > inbox.position { return }
      state.rowCount += inbox.rows.count - (present?.rows.count ?? 0)
      state.inboxes[user] = inbox
      if state.rowCount > rowsMax { state = State() }
    }
  }
}
