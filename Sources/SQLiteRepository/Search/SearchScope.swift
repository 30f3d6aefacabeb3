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
    var word = "u"
    for byte in user.rawValue.utf8 {
      word.unicodeScalars.append(hexDigit(byte >> 4))
      word.unicodeScalars.append(hexDigit(byte & 15))
    }
    return word
  }

  private static func hexDigit(_ value: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(value < 10 ? 0x30 + value : 0x57 + value)
  }

  static func word(_ conversation: ConversationID) -> String { "c\(conversation)" }

  /// - Parameter users: of all periods, each once.
  static func words(_ conversation: ConversationID, _ users: [UserID]) -> String {
    let named = users.count <= usersMax ? users.map(word) : []
    return ([word(conversation)] + named).joined(separator: " ")
  }
}
