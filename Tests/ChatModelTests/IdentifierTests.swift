import ChatModel
import Testing

@Suite("Identifiers")
struct IdentifierTests {
  @Test(
    "a user identifier is short, plain and starts with a letter or digit",
    arguments: [
      ("amara", true), ("dr-lindqvist", true), ("a@b.c_d", true), ("7", true), ("", false),
      (".a", false), ("a b", false), ("ä", false), ("a\u{0}", false), ("a/b", false),
      (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
    ]
  )
  func userID(text: String, isValid: Bool) {
    #expect((UserID(text) != nil) == isValid)
  }

  @Test("a conversation identifier keeps its number through 13 characters")
  func conversationID() throws {
    for number in [1, 31, 32, 1 << 40, Int64.max] {
      let id = try #require(ConversationID(rawValue: number))
      #expect(id.description.count == 13)
      #expect(ConversationID(id.description) == id)
    }
    #expect(ConversationID(rawValue: 0) == nil)
    #expect(ConversationID(rawValue: -1) == nil)
  }

  @Test(
    "text that is no conversation identifier is refused",
    arguments: [
      "", "0000000000000", "000000000001", "00000000000001", "000000000000I", "000000000000A",
      "g000000000000", "zzzzzzzzzzzzz", "8000000000000", "000000000000-",
    ]
  )
  func badConversationID(text: String) {
    #expect(ConversationID(text) == nil)
  }

  @Test("later conversations get greater identifiers")
  func timeOrdered() {
    var generator = SystemRandomNumberGenerator()
    let ids = (0..<100).map {
      ConversationID.generate(
        at: Timestamp(milliseconds: 1_790_000_000_000 + $0),
        using: &generator
      )
    }
    #expect(ids == ids.sorted())
    #expect(ids.map(\.description) == ids.map(\.description).sorted())
  }

  @Test("an identifier is made at any time", arguments: [Int64.min / 2, 0, Int64.max / 2])
  func anyTime(milliseconds: Int64) {
    var generator = SystemRandomNumberGenerator()
    let id = ConversationID.generate(
      at: Timestamp(milliseconds: milliseconds),
      using: &generator
    )
    #expect(id.rawValue > 0)
  }

  @Test("a message identifier has one form")
  func messageID() throws {
    let conversation = try #require(ConversationID(rawValue: 77))
    let sequence = try #require(MessageSequence(rawValue: 12))
    let id = MessageID(conversation: conversation, sequence: sequence)
    #expect(id.description == "000000000002d.12")
    #expect(MessageID(id.description) == id)
    let bad = [
      "000000000002d.0", "000000000002d.012", "000000000002d.+12", "000000000002d",
      "000000000002d.", ".12", "000000000002d.12.1", "000000000002d.-1",
    ]
    for text in bad { #expect(MessageID(text) == nil, "\(text)") }
  }

  @Test("a participant identifier is a positive decimal number in its shortest form")
  func participantID() {
    #expect(ParticipantID("12")?.rawValue == 12)
    for text in ["", "0", "-1", "+1", "01", "1 ", "9223372036854775808"] {
      #expect(ParticipantID(text) == nil, "\(text)")
    }
  }

  @Test("an idempotency key has 1 to 128 bytes and no control characters")
  func idempotencyKey() {
    #expect(IdempotencyKey("3f2b ü") != nil)
    #expect(IdempotencyKey(String(repeating: "k", count: 128)) != nil)
    for text in ["", String(repeating: "k", count: 129), "a\nb", "a\u{0}", "\u{85}"] {
      #expect(IdempotencyKey(text) == nil)
    }
  }
}
