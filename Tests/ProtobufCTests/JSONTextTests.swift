import ProtobufC
import Testing

@Suite("JSON text")
struct JSONTextTests {
  private static let escapes: [(character: String, written: String)] = [
    ("\u{0}", "\\u0000"), ("\u{1f}", "\\u001f"), (" ", " "), ("!", "!"), ("\"", "\\\""), ("#", "#"),
    ("[", "["), ("\\", "\\\\"), ("]", "]"), ("~", "~"), ("\u{7f}", "\\u007f"),
    ("\u{80}", "\\u0080"), ("\u{9f}", "\\u009f"), ("\u{a0}", "\u{a0}"), ("å", "å"),
    ("\u{2027}", "\u{2027}"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029"), ("🩺", "🩺"),
    ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"),
  ]

  @Test(
    "what must not stand in a string is escaped wherever it is, and nothing else",
    arguments: 0..<20
  )
  func escapes(place: Int) {
    for (character, written) in Self.escapes {
      for rest in [0, 1, 7, 8, 9] {
        let before = String(repeating: "a", count: place)
        let after = String(repeating: "\u{7e}", count: rest)
        var text = JSONText(isPretty: false)
        text.string(before + character + after)
        #expect(text.text == "\"" + before + written + after + "\"")
      }
    }
  }

  @Test("members have commas between them, whether or not their names are made once")
  func members() {
    let named = JSONText.Name("b")
    for isPretty in [false, true] {
      var text = JSONText(isPretty: isPretty)
      text.open("{")
      text.member(named)
      text.null()
      text.member("c")
      text.boolean(true)
      text.member(named)
      text.boolean(false)
      text.close("}")
      #expect(
        text.text
          == (isPretty
            ? "{\n  \"b\": null,\n  \"c\": true,\n  \"b\": false\n}"
            : "{\"b\":null,\"c\":true,\"b\":false}")
      )
    }
  }
}
