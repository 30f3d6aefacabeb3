import ChatModel

/// Whose a message is in the index: words of a column beside its text, so that a search for one user
/// does not pass through everybody's messages.
///
/// It only narrows a search. What may be seen is decided by the conversation's participants.
enum SearchScope {
  /// Up to so many participants, those of all periods, each of them stands beside each message;
  /// beyond, only the conversation does.
  static let usersMax = 16

  static func word(_ user: UserID) -> String {
    // Identifiers hold characters that end words.
    "u"
      + user.rawValue.utf8.map { byte in
        let hex = String(byte, radix: 16)
        return hex.count == 1 ? "0" + hex : hex
      }.joined()
  }

  static func word(_ conversation: ConversationID) -> String { "c\(conversation)" }

  static func words(_ conversation: ConversationID, _ members: [StoredParticipant]) -> String {
    let users = Set(members.map(\.participant.userID))
    let named = users.count <= usersMax ? users.map(word) : []
    return ([word(conversation)] + named).joined(separator: " ")
  }
}
