/// What a participant may do in a conversation, beside reading it. The raw value is how it is stored.
public enum ParticipantRole: String, Hashable, Sendable, CaseIterable, Codable {
  /// Began the conversation, or was made its owner: decides about roles too.
  case owner
  /// Adds and removes participants, changes the title, removes messages.
  case moderator
  case member
}
