/// How many columns of a terminal text takes.
enum TextWidth {
  static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  /// 2 for what East Asian scripts and emoji take, 0 for what is drawn onto its neighbour.
  static func columns(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.properties.isEmojiPresentation || isWide(first.value) { return 2 }
    if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .format: return 0
    default: return 1
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  /// The text in lines of no more columns than that, broken at spaces where there are any.
  static func wrapped(_ text: String, columns limit: Int) -> [String] {
    let limit = max(2, limit)
    var lines: [String] = []
    var line = ""
    var width = 0
    for character in text {
      let columns = columns(character)
      if width + columns > limit {
        let (kept, carried) = breakLine(line)
        lines.append(kept)
        line = carried
        width = Self.columns(carried)
        if character == " " && line.isEmpty { continue }
      }
      line.append(character)
      width += columns
    }
    return lines + [line]
  }

  /// What stays on a full line, and the begun word that moves to the next one.
  private static func breakLine(_ line: String) -> (String, String) {
    guard let space = line.lastIndex(of: " "), line[..<space].contains(where: { $0 != " " })
    else { return (line, "") }
    return (String(line[..<space]), String(line[line.index(after: space)...]))
  }

  /// The end of the text that fits.
  static func suffix(_ text: String, columns limit: Int) -> String {
    var width = 0
    var kept: [Character] = []
    for character in text.reversed() {
      width += columns(character)
      if width > limit { break }
      kept.append(character)
    }
    return String(kept.reversed())
  }

  /// The beginning of the text that fits.
  static func prefix(_ text: String, columns limit: Int) -> String {
    var width = 0
    return String(
      text.prefix { character in
        width += columns(character)
        return width <= limit
      }
    )
  }
}
