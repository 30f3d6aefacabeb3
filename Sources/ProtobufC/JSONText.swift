/// JSON being written, with commas, line breaks and escapes where they belong.
package struct JSONText {
  package private(set) var text = ""
  private let isPretty: Bool
  private var depth = 0
  private var isFirst = true

  package init(isPretty: Bool) {
    self.isPretty = isPretty
  }

  package mutating func open(_ bracket: Character) {
    text.append(bracket)
    depth += 1
    isFirst = true
  }

  package mutating func close(_ bracket: Character) {
    depth -= 1
    if !isFirst { breakLine() }
    text.append(bracket)
    isFirst = false
  }

  /// Begins an element of an array.
  package mutating func element() {
    if !isFirst { text += "," }
    breakLine()
    isFirst = false
  }

  /// Begins a member of an object.
  package mutating func member(_ name: String) {
    element()
    string(name)
    text += isPretty ? ": " : ":"
  }

  package mutating func raw(_ token: String) {
    text += token
  }

  package mutating func string(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // Controls, of terminals too, and the two line ends that JavaScript has besides.
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private mutating func breakLine() {
    guard isPretty else { return }
    text += "\n" + String(repeating: "  ", count: depth)
  }
}
