/// The name of a message: its conversation and its number there.
public struct MessageID: Hashable, Sendable {
  public let conversation: ConversationID
  /// From 1.
  public let sequence: MessageSequence

  public init(conversation: ConversationID, sequence: MessageSequence) {
    self.conversation = conversation
    self.sequence = sequence
  }

  /// Parses `<conversation>.<sequence>`, in the one form that `description` gives.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let conversation = ConversationID(String(parts[0])),
      let number = Int64(parts[1]), number > 0, String(number) == parts[1],
      let sequence = MessageSequence(rawValue: number)
    else { return nil }
    self.init(conversation: conversation, sequence: sequence)
  }
}

extension MessageID: Comparable, CustomStringConvertible {
  public static func < (lhs: MessageID, rhs: MessageID) -> Bool {
    (lhs.conversation, lhs.sequence) < (rhs.conversation, rhs.sequence)
  }

  /// `<conversation>.<sequence>`.
  public var description: String { "\(conversation).\(sequence)" }
}
