/// A line being typed, and the place in it. Its unit is what a reader takes for one character, so
/// that a backspace never leaves half of one behind.
struct LineEditor: Equatable {
  /// What a key has led to.
  enum Outcome: Equatable {
    case edited
    case submitted(String)
    case interrupted
    case endOfInput
    case nothing
  }

  private(set) var beforeCursor = ""
  private(set) var afterCursor = ""

  var text: String { beforeCursor + afterCursor }

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .text(let scalar):
      guard beforeCursor.utf8.count + afterCursor.utf8.count < Self.bytesMax else {
        return .nothing
      }
      beforeCursor.unicodeScalars.append(scalar)
    case .enter: return submit()
    case .backspace: _ = beforeCursor.popLast()
    case .delete:
      if !afterCursor.isEmpty { afterCursor.removeFirst() }
    case .left:
      if let moved = beforeCursor.popLast() {
        afterCursor.insert(moved, at: afterCursor.startIndex)
      }
    case .right:
      if !afterCursor.isEmpty { beforeCursor.append(afterCursor.removeFirst()) }
    case .home: (beforeCursor, afterCursor) = ("", text)
    case .end: (beforeCursor, afterCursor) = (text, "")
    case .killLine: beforeCursor = ""
    case .killWord: killWord()
    case .redraw: break
    case .interrupt: return .interrupted
    case .endOfInput: return endOfInput()
    }
    return .edited
  }

  private mutating func submit() -> Outcome {
    let line = text
    (beforeCursor, afterCursor) = ("", "")
    return .submitted(line)
  }

  /// Ctrl-D ends an empty line and deletes forward in any other.
  private mutating func endOfInput() -> Outcome {
    if text.isEmpty { return .endOfInput }
    return handle(.delete)
  }

  private mutating func killWord() {
    while beforeCursor.last == " " { beforeCursor.removeLast() }
    while let last = beforeCursor.last, last != " " { beforeCursor.removeLast() }
  }

  /// More than a message may have, so that the server says what its limit is.
  private static let bytesMax = 64 << 10
}
