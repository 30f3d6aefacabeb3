import TTRPC
import WardlineAPI

/// One call that changes something, under its own key, and the events that it makes.
struct MixedStep: Sendable {
  /// What a call answered.
  struct Answer: Sendable {
    /// All of it.
    let text: String
    /// The message that it made, if any.
    var message = ""
    /// The sequence of that.
    var sequence: Int64 = 0
    /// The conversation that it made, if any.
    var conversation = ""
  }

  /// Who gets an event.
  enum Witness {
    case everybody, caller
  }

  let caller: String
  let key: String
  let call: @Sendable (ClientConnection, String) async throws -> Answer
  let event: @Sendable (Answer) -> String
  var witness = Witness.everybody

  func perform(through connection: ClientConnection) async throws -> Answer {
    try await call(connection, key)
  }
}

/// What an event is called, here and in what is expected.
enum EventName {
  static func of(_ event: Event) -> String {
    switch event.change {
    case .conversationCreated: "created"
    case .conversationUpdated(let change): "updated \(change.title) \(change.isActive)"
    case .participantJoined(let joined): "joined \(joined.participant?.userID ?? "")"
    case .participantLeft(let left): "left \(left.userID)"
    case .participantChanged(let changed): "role \(changed.userID)"
    case .messageCreated(let message): "message \(message.messageID)"
    case .messageEdited(let edited): "edited \(edited.message?.messageID ?? "")"
    case .messageDeleted(let deleted): "deleted \(deleted.messageID)"
    case .messageHidden(let hidden): "hidden \(hidden.messageID)"
    case .reactionAdded(let reaction): "added \(reaction.emoji) \(reaction.messageID)"
    case .reactionRemoved(let reaction): "removed \(reaction.emoji) \(reaction.messageID)"
    case .receiptMoved(let moved): "\(moved.kind.rawValue) \(moved.upTo) \(moved.userID)"
    case .conversationMuted(let muted): "muted \(muted.mutedUntilMs)"
    case .assignmentChanged: "assigned"
    case .attachmentChanged: "attachment"
    case nil: "nothing that is known"
    }
  }
}
