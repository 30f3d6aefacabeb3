import SeededRandom
import Testing

@testable import wardline

@Suite("The line being typed")
struct LineEditorTests {
  /// What is left of the keys: the text before the cursor and after it.
  private func editor(_ bytes: [UInt8]) -> LineEditor {
    var decoder = KeyDecoder()
    var editor = LineEditor()
    for key in decoder.keys(bytes) { _ = editor.handle(key) }
    return editor
  }

  @Test(
    "keys edit the line",
    arguments: [
      ("abc", "abc", ""),
      ("abc\u{7F}", "ab", ""),
      ("\u{7F}", "", ""),
      ("aé\u{7F}", "a", ""),
      ("e\u{301}x\u{7F}\u{7F}", "", ""),
      ("a👩‍⚕️\u{7F}", "a", ""),
      ("🇸🇪\u{8}", "", ""),
      ("abc\u{1B}[D\u{1B}[Dx", "ax", "bc"),
      ("abc\u{1}x", "x", "abc"),
      ("abc\u{1}\u{1B}[C\u{1B}[3~", "a", "c"),
      ("abc\u{1B}[H\u{5}x", "abcx", ""),
      ("one two\u{17}", "one ", ""),
      ("one two  \u{17}\u{17}", "", ""),
      ("abc\u{1B}OD\u{15}", "", "c"),
      ("a\tb", "a b", ""),
      ("a\u{1B}[200~b\u{1B}[201~", "ab", ""),
      ("a\u{1B}[1;5Qb", "ab", ""),
      ("a\u{0}\u{1F}b", "ab", ""),
    ]
  )
  func edits(keys: String, before: String, after: String) {
    let editor = editor(Array(keys.utf8))
    #expect(editor.beforeCursor == before && editor.afterCursor == after)
  }

  @Test("a character cut into pieces or cut off is no trouble")
  func pieces() {
    var decoder = KeyDecoder()
    #expect(decoder.keys([0xF0, 0x9F]).isEmpty)
    #expect(decoder.keys([0x8D, 0x8E]) == [.text("🍎")])
    #expect(decoder.keys([0xC3, 0x61]) == [.text("a")])
    #expect(decoder.keys([0xFF, 0x80, 0xC0, 0x61]) == [.text("a")])
    #expect(decoder.keys([0xED, 0xA0, 0x80, 0xC2, 0x9B]).isEmpty)
  }

  @Test("any bytes leave an editor that works", arguments: 0..<20)
  func anything(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<2_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var editor = editor(bytes)
    _ = editor.handle(.end)
    _ = editor.handle(.killLine)
    #expect(editor.text.isEmpty)
  }

  @Test("Enter hands the whole line over, wherever the cursor is")
  func submit() {
    var editor = editor(Array("abc\u{1B}[D".utf8))
    #expect(editor.handle(.enter) == .submitted("abc"))
    #expect(editor == LineEditor())
  }

  @Test("Ctrl-D ends an empty line only")
  func endOfInput() {
    var editor = editor(Array("a\u{1}".utf8))
    #expect(editor.handle(.endOfInput) == .edited)
    #expect(editor.handle(.endOfInput) == .endOfInput)
    #expect(editor.handle(.interrupt) == .interrupted)
  }
}
