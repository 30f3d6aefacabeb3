/// JSON being written, with commas, line breaks and escapes where they belong.
package struct JSONText {
  /// The name of a member, as it is written each time, behind the comma that most have before them.
  package struct Name: Sendable {
    fileprivate let bytes: [UInt8]

    package init(_ name: String) {
      var text = JSONText(isPretty: false)
      text.string(name)
      bytes = [UInt8(ascii: ",")] + text.bytes + [UInt8(ascii: ":")]
    }
  }

  private var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0
  private var isFirst = true

  package init(isPretty: Bool) {
    self.isPretty = isPretty
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package mutating func open(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    depth += 1
    isFirst = true
  }

  package mutating func close(_ bracket: Unicode.Scalar) {
    depth -= 1
    if !isFirst { breakLine() }
    bytes.append(UInt8(ascii: bracket))
    isFirst = false
  }

  /// Begins an element of an array.
  package mutating func element() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    breakLine()
    isFirst = false
  }

  /// Begins a member of an object.
  package mutating func member(_ name: String) {
    element()
    string(name)
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
  }

  /// The same, of a name that is written often.
  package mutating func member(_ name: Name) {
    if isFirst || isPretty {
      element()
      bytes.append(contentsOf: name.bytes.dropFirst())
      if isPretty { bytes.append(UInt8(ascii: " ")) }
    } else {
      bytes.append(contentsOf: name.bytes)
    }
  }

  package mutating func null() {
    literal("null")
  }

  package mutating func boolean(_ value: Bool) {
    literal(value ? "true" : "false")
  }

  private mutating func literal(_ token: StaticString) {
    token.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  package mutating func raw(_ token: String) {
    var token = token
    token.withUTF8 { bytes.append(contentsOf: $0) }
  }

  package mutating func string(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { escape($0) }
    if isDone == nil {
      // Bridged, or otherwise not in one piece.
      var string = string
      string.withUTF8 { escape($0) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends runs of what needs no escape at once: most texts are one run.
  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
    var run = 0
    var index = 0
    while true {
      index = JSONEscape.plainEnd(of: text, from: index)
      guard index < text.count else { break }
      guard let escape = JSONEscape(at: index, of: text) else {
        index += 1
        continue
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<index]))
      bytes.append(contentsOf: escape.text.utf8)
      index += escape.length
      run = index
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run...]))
  }

  private mutating func breakLine() {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }
}
