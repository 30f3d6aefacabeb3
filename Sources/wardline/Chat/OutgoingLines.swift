/// Lines that were typed and are not stored yet, in order. One is under way at a time, and a line
/// keeps its idempotency key however often it is sent.
struct OutgoingLines: Equatable {
  struct Line: Equatable, Sendable {
    let key: String
    let text: String
  }

  private(set) var lines: [Line] = []
  private(set) var isUnderWay = false

  var isEmpty: Bool { lines.isEmpty }

  mutating func add(_ line: Line) {
    lines.append(line)
  }

  /// The line to send now; nil while one is under way or when there is none.
  mutating func next() -> Line? {
    guard !isUnderWay, let line = lines.first else { return nil }
    isUnderWay = true
    return line
  }

  /// The server has answered for good: the line is stored, or will never be.
  mutating func settled(_ key: String) {
    guard lines.first?.key == key else { return }
    lines.removeFirst()
    isUnderWay = false
  }

  /// Nobody knows whether the line is stored: it stays, and is sent again.
  mutating func unanswered(_ key: String) {
    if lines.first?.key == key { isUnderWay = false }
  }
}
