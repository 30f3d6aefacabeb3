extension Routes {
  /// Every route, in the order of the documentation.
  static let all: [Route] = chatUser + chatMember + messages + me + conversations
}
