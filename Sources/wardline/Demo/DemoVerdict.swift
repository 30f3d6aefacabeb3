/// Compares what was sent, what is stored and what was received.
struct DemoVerdict {
  /// What each side's sends were answered with, in the order of the conversation.
  let sent: [DemoMessage]
  /// What the server's pages hold.
  let stored: [DemoMessage]
  /// What was pushed to each side, in the order in which it came.
  let received: [(name: String, messages: [DemoMessage])]

  /// Whether the three are the same messages, each once, in order and without a hole.
  var isEqual: Bool {
    stored == sent && received.allSatisfy { $0.messages == sent }
      && sent.map(\.sequence) == sent.indices.map { Int64($0) + 1 }
  }

  /// A table with a row for each place and a column for each author.
  func table(authors: [String]) -> [String] {
    let rows =
      [("sent and confirmed", sent), ("stored", stored)]
      + received.map { ("received by \($0.name)", $0.messages) }
    let head = Self.cell("", 26) + authors.map { Self.cell("by \($0)", 18) }.joined() + "together"
    return [head]
      + rows.map { name, messages in
        let counts = authors.map { author in messages.count { $0.author == author } }
        return Self.cell(name, 26) + counts.map { Self.cell("\($0)", 18) }.joined()
          + "\(messages.count)"
      }
  }

  private static func cell(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - text.count))
  }
}
