import ChatModel
import GRDB

/// What one reader sees: the state of the database at one moment.
struct Snapshot {
  let db: Database

  /// The participants of a conversation and what `viewer` may see of it; nil if he may not know of
  /// it, or if there is no such conversation. Without a viewer all of it may be seen.
  func view(of id: ConversationID, for viewer: UserID?) throws -> ConversationView? {
    guard let conversation = try Queries.conversation(id, db) else { return nil }
    return try view(of: conversation, for: viewer)
  }

  func view(of conversation: Conversation, for viewer: UserID?) throws -> ConversationView? {
    ConversationView(
      of: conversation,
      try Queries.participants(of: conversation.id, db),
      for: viewer
    )
  }

  /// Messages with their senders, states, reactions and what they answer.
  func resolve(_ messages: [StoredMessage], in view: ConversationView) throws -> [Message] {
    let sequences = messages.map(\.id.sequence)
    guard let conversation = messages.first?.id.conversation, let first = sequences.min(),
      let last = sequences.max()
    else { return [] }
    let reactions = try Queries.reactions(in: conversation, first...last, db)
    let participants = view.members.map(\.participant)
    let statuses = MessageStatuses(among: participants)
    return try messages.map { message in
      guard let sender = participants.first(where: { $0.id == message.senderID }) else {
        throw DamagedRow()
      }
      return message.resolved(
        sender: sender,
        status: statuses.status(of: message.id.sequence, from: sender),
        replyTo: try parent(of: message, in: view),
        reactions: view.shown(reactions[message.id.sequence] ?? [])
      )
    }
  }

  func resolve(_ message: StoredMessage, in view: ConversationView) throws -> Message? {
    try resolve([message], in: view).first
  }

  /// Nil also if the viewer may not see what is answered.
  private func parent(
    of message: StoredMessage,
    in view: ConversationView
  ) throws -> MessageReference? {
    guard let id = message.parent, view.visibility.contains(id.sequence) else { return nil }
    if let viewer = view.viewer, try Queries.isHidden(id, from: viewer, db) { return nil }
    return try Queries.reference(to: id, among: view.members, db)
  }
}
