import ChatModel
import ChatRepository
import GRDB

/// A message that answers a search.
struct SearchMatch: Sendable {
  let message: StoredMessage
  let score: Double
  let snippet: Snippet
}

extension Snapshot {
  /// The words of the index beside which a user's messages stand.
  ///
  /// His own word is missing where he joined later, and where there are too many participants: such
  /// a conversation is named by its own.
  func searchScope(of viewer: UserID, in conversation: ConversationID?) throws -> [String] {
    if let conversation {
      guard try view(of: conversation, for: viewer) != nil else {
        throw ChatError.notFound(.conversation)
      }
      return [SearchScope.word(conversation)]
    }
    let named = try db.all(
      """
      SELECT p.conversation_id FROM chat_participants p
      WHERE p.user_id = ? AND p.is_active = 1 AND (p.joined_sequence > 0 OR
        (SELECT count(DISTINCT q.user_id) FROM chat_participants q
          WHERE q.conversation_id = p.conversation_id) > \(SearchScope.usersMax))
      """,
      [viewer.rawValue]
    ) { SearchScope.word(try $0.conversationID()) }
    return [SearchScope.word(viewer)] + named
  }

  /// Those of some rows of the index that the viewer may see and that the search lets through.
  func matches(
    _ rows: [Int64],
    _ search: MessageSearch,
    _ ranking: SearchRanking,
    for viewer: UserID
  ) throws -> [SearchMatch] {
    var views: [ConversationID: ConversationView] = [:]
    var withHidden: Set<ConversationID> = []
    var found: [SearchMatch] = []
    for row in rows {
      guard let message = try message(at: row), search.lets(message) else { continue }
      let known =
        try views[message.id.conversation] ?? view(of: message.id.conversation, for: viewer)
      guard let view = known else { continue }
      if views.updateValue(view, forKey: message.id.conversation) == nil,
        try Queries.hasHidden(in: message.id.conversation, db)
      {
        withHidden.insert(message.id.conversation)
      }
      guard view.visibility.contains(message.id.sequence),
        search.sender.map({ view.isSender($0, of: message) }) ?? true,
        let (score, snippet) = ranking.rank(message.content),
        try !withHidden.contains(message.id.conversation)
          || !Queries.isHidden(message.id, from: viewer, db)
      else { continue }
      found.append(SearchMatch(message: message, score: score, snippet: snippet))
    }
    return found
  }

  /// The best matches, of which the newer ones come first.
  func page(
    of found: [SearchMatch],
    _ search: MessageSearch,
    for viewer: UserID
  ) throws -> Page<FoundMessage> {
    // The order of equals stays.
    let best = found.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.map(\.element)
    let page = best.dropFirst(search.offset).prefix(max(1, search.limit))
    let hits = try page.compactMap { hit in
      try view(of: hit.message.id.conversation, for: viewer)
        .flatMap { try resolve(hit.message, in: $0) }
        .map { FoundMessage(message: $0, snippet: hit.snippet, score: hit.score) }
    }
    return Page(items: hits, hasMore: best.count > search.offset + page.count)
  }

  private func message(at position: Int64) throws -> StoredMessage? {
    try db.first(
      """
      SELECT \(Columns.message) FROM chat_messages m
      WHERE m.position = ? AND m.deleted_at IS NULL
      """,
      [position]
    ) { try $0.message() }
  }
}

extension ConversationView {
  fileprivate func isSender(_ user: UserID, of message: StoredMessage) -> Bool {
    members.contains {
      $0.participant.id == message.senderID && $0.participant.userID == user
    }
  }
}

extension MessageSearch {
  /// Whether the filters that need nothing but the message let it through.
  fileprivate func lets(_ message: StoredMessage) -> Bool {
    (since.map { message.createdAt >= $0 } ?? true)
      && (until.map { message.createdAt < $0 } ?? true)
      && (hasAttachment.map { (message.attachmentID != nil) == $0 } ?? true)
      && (conversation.map { message.id.conversation == $0 } ?? true)
  }
}
