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

  @Test("text that is too long is told how long it is and how long it may be")
  func limitIsNamed() {
    let cases: [(String, () throws -> Void)] = [
      (
        "content: has 16386 bytes; at most 16384 are accepted",
        { try limits.validate(content: String(repeating: "ä", count: 8193)) }
      ),
      (
        "title: has 201 bytes; at most 200 are accepted",
        { try limits.validate(title: String(repeating: "t", count: 201)) }
      ),
      (
        "display_name: has 201 bytes; at most 200 are accepted",
        { try limits.validate(displayName: String(repeating: "n", count: 201)) }
      ),
      (
        "query: has 257 bytes; at most 256 are accepted",
        { try limits.validate(query: String(repeating: "q", count: 257)) }
      ),
    ]
    for (sentence, check) in cases {
      let error = #expect(throws: ChatError.self) { try check() }
      #expect(error?.description == sentence)
    }
  }
}
