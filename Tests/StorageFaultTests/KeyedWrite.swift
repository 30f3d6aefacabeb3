import ChatModel
import ChatRepository
import Foundation

/// A write that can be asked for again, also by another process: an intent, whose it is, and its
/// key.
struct KeyedWrite: Sendable, Codable {
  enum Wish: Sendable, Codable {
    case send(AppendMessage)
    case edit(MessageID, to: String)
    case react(MessageID, with: String)
    case mark(MoveWatermark)
    case delete(MessageID)
  }

  let wish: Wish
  let actor: UserID
  let key: String

  /// What it puts into the conversation, if it is a message.
  var content: String? {
    if case .send(let message) = wish { message.content } else { nil }
  }

  /// What it has a message say.
  var text: String? {
    switch wish {
    case .send(let message): message.content
    case .edit(_, let content): content
    case .react, .mark, .delete: nil
    }
  }

  /// Does it, and returns the answer as text, so that two can be compared to the last byte.
  func perform(
    on repository: some ChatRepository,
    at now: Timestamp
  ) async throws(ChatError) -> String {
    let context = WriteContext(actor: actor, key: IdempotencyKey(key), now: now)
    switch wish {
    case .send(let intent):
      var answer = try await repository.write(intent, context)
      // For tests only, and never told to the caller.
      answer.isDuplicate = false
      return try Self.text(answer)
    case .edit(let message, let content):
      let intent = EditMessage(
        message: message,
        content: content,
        windowMilliseconds: .max,
        versionsMax: 100
      )
      return try Self.text(await repository.write(intent, context))
    case .react(let message, let emoji):
      let intent = React(message: message, emoji: emoji, isAdded: true, emojisMax: 20)
      return try Self.text(await repository.write(intent, context))
    case .mark(let intent): return try Self.text(await repository.write(intent, context))
    case .delete(let message):
      let intent = DeleteMessage(message: message, scope: .all, windowMilliseconds: .max)
      return try Self.text(await repository.write(intent, context))
    }
  }

  private static func text(_ answer: some Encodable) throws(ChatError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      return String(decoding: try encoder.encode(answer), as: UTF8.self)
    } catch {
      throw .internal
    }
  }

  /// The message that an answer to `send` names.
  static func message(in answer: String) -> MessageID? {
    try? JSONDecoder().decode(AppendedMessage.self, from: Data(answer.utf8)).id
  }
}
