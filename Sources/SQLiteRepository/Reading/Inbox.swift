import ChatModel
import ChatRepository

/// A user's present conversations as lists and counts need them, the latest activity first, as they
/// were at one position of the log.
struct Inbox: Sendable {
  struct Row: Sendable {
    let conversation: ConversationID
    let lastActivityAt: Timestamp
    let unreadCount: Int

    fileprivate func comesBefore(_ other: Row) -> Bool {
      (lastActivityAt, conversation.rawValue) > (other.lastActivityAt, other.conversation.rawValue)
    }
  }

  private(set) var position: EventPosition
  private(set) var rows: [Row]

  /// - Parameter rows: in any order.
  init(_ rows: [Row], at position: EventPosition) {
    self.position = position
    self.rows = rows.sorted { $0.comesBefore($1) }
  }

  var unreadTotal: Int { rows.reduce(0) { $0 + $1.unreadCount } }

  /// The rows behind a place of the list, or from its beginning.
  func rows(before key: ActivityKey?) -> ArraySlice<Row> {
    guard let key else { return rows[...] }
    let place = Row(
      conversation: key.conversation,
      lastActivityAt: key.lastActivityAt,
      unreadCount: 0
    )
    return rows[(rows.firstIndex { place.comesBefore($0) } ?? rows.endIndex)...]
  }

  /// Goes on to a later position.
  ///
  /// - Parameter changed: conversations of which something was said since, with what they are now; nil
  ///   for those in which the user takes no part.
  mutating func move(to later: EventPosition, _ changed: [ConversationID: Row?]) {
    position = later
    if changed.isEmpty { return }
    rows.removeAll { changed.keys.contains($0.conversation) }
    rows.append(contentsOf: changed.values.compactMap(\.self))
    rows.sort { $0.comesBefore($1) }
  }
}
