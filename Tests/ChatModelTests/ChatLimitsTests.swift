import ChatModel
import Testing

@Suite("Limits")
struct ChatLimitsTests {
  private let limits = ChatLimits()

  @Test(
    "content may be anything that can be seen",
    arguments: ["a", " a\n", "👩‍⚕️", "\u{202E}a", "<b>", String(repeating: "a", count: 16384)]
  )
  func content(text: String) throws {
    try limits.validate(content: text)
  }

  @Test(
    "content that is empty, blank, too long or holds U+0000 is refused",
    arguments: [
      "", " ", "\n\t\u{3000}", "\u{200B}", "a\u{0}b", "\u{0}",
      String(repeating: "a", count: 16385), String(repeating: "ä", count: 8193),
    ]
  )
  func badContent(text: String) {
    let error = #expect(throws: ChatError.self) { try limits.validate(content: text) }
    guard case .invalidArgument(let field, let message) = error else {
      Issue.record("expected invalidArgument")
      return
    }
    #expect(field == "content")
    #expect(text.isEmpty || !message.contains(text.prefix(20)) || text == " ")
  }

  @Test("titles and names are one line", arguments: ["", "a\nb", "a\u{7}", " "])
  func lines(text: String) {
    #expect(throws: ChatError.self) { try limits.validate(title: text) }
    #expect(throws: ChatError.self) { try limits.validate(displayName: text) }
  }

  @Test("a title has at most 200 bytes")
  func title() throws {
    try limits.validate(title: String(repeating: "t", count: 200))
    #expect(throws: ChatError.self) {
      try limits.validate(title: String(repeating: "t", count: 201))
    }
  }
}
