public import ChatModel

/// The wish for the conversation of a patient with the professional who is assigned in a role: there
/// is one for each role, which passes from one professional to the next.
public struct OpenSupportConversation: WriteIntent {
  public static let operation = "CareTeams/SupportConversation"

  public var patient: UserID
  public var role: Role

  public init(patient: UserID, role: Role) {
    self.patient = patient
    self.role = role
  }

  public static func subject(of outcome: OpenedSupportConversation) -> String? {
    outcome.conversation.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> OpenedSupportConversation {
    try transaction.openSupportConversation(self)
  }
}

/// A support conversation that is there.
public struct OpenedSupportConversation: Hashable, Sendable, Codable {
  public var conversation: ConversationID
  /// Whether this request made it.
  public var isNew: Bool

  public init(conversation: ConversationID, isNew: Bool) {
    self.conversation = conversation
    self.isNew = isNew
  }
}
