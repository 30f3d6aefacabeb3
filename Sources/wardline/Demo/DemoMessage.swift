import WardlineAPI

/// What of a message must be the same wherever it is looked at.
struct DemoMessage: Hashable, Sendable {
  let sequence: Int64
  let author: String
  let text: String

  init(sequence: Int64, author: String, text: String) {
    self.sequence = sequence
    self.author = author
    self.text = text
  }

  init(_ message: Message) {
    self.init(
      sequence: message.sequence,
      author: message.sender?.userID ?? "",
      text: message.content
    )
  }
}

/// A line with the idempotency key that it keeps, however often it is sent.
struct DemoLine: Hashable, Sendable {
  let key: String
  let text: String

  init(_ text: String, by author: String) {
    key = "\(author): \(text)"
    self.text = text
  }
}
