extension Routes {
  /// Every route, in the order of the documentation.
  static let all: [Route] =
    chatUser + chatMember + messages + me + conversations + participants + receipts
    + messageExtras + care + attachments + downloads + events
}
