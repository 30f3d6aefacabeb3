import ChatModel
import Testing

@Suite("Cursor")
struct CursorTests {
  @Test("a cursor keeps its log and position", arguments: [0, 1, 255, 1 << 33, Int64.max])
  func roundTrip(number: Int64) throws {
    let position = try #require(EventPosition(rawValue: number))
    let cursor = Cursor(log: LogID(rawValue: 0xDEAD_BEEF), position: position)
    #expect(cursor.description.count == 18)
    #expect(Cursor(cursor.description) == cursor)
  }

  @Test("anything else is no cursor")
  func refused() {
    let good = Cursor(log: LogID(rawValue: 7), position: .zero).description
    let bad = [
      "", "A", String(good.dropLast()), good + "A", good + "=", "!" + good.dropFirst(),
      "Ag" + good.dropFirst(2), good.dropLast() + "B", String(repeating: "_", count: 18),
    ]
    for text in bad { #expect(Cursor(text) == nil, "\(text)") }
  }

  @Test("changing any one character gives another cursor or none")
  func characters() throws {
    let position = try #require(EventPosition(rawValue: 123_456))
    let cursor = Cursor(log: LogID(rawValue: 99), position: position)
    for index in cursor.description.indices {
      var text = cursor.description
      text.replaceSubrange(index...index, with: text[index] == "x" ? "y" : "x")
      #expect(Cursor(text) != cursor)
    }
  }
}
