import Testing

@testable import wardline

@Suite("The columns that text takes")
struct TextWidthTests {
  @Test(
    "characters take what terminals give them",
    arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("🍎", 2), ("👩‍⚕️", 2), ("", 0)]
  )
  func widths(text: String, columns: Int) {
    #expect(TextWidth.columns(text) == columns)
  }

  @Test(
    "lines break at spaces, and within a word that is longer than a line",
    arguments: [
      ("one two three", 8, ["one two", "three"]),
      ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
      ("日本語", 4, ["日本", "語"]),
      ("", 10, [""]),
    ]
  )
  func wraps(text: String, columns: Int, lines: [String]) {
    #expect(TextWidth.wrapped(text, columns: columns) == lines)
  }

  @Test("no line is wider than it may be, and nothing but spaces is lost", arguments: 2..<30)
  func neverWider(columns: Int) {
    let text = "En lång rad med 日本語, 🍎 och ettväldigtlångtordutanmellanslag  slut"
    let lines = TextWidth.wrapped(text, columns: columns)
    #expect(lines.allSatisfy { TextWidth.columns($0) <= columns })
    let all = lines.joined().filter { $0 != " " }
    #expect(all == text.filter { $0 != " " })
  }
}
