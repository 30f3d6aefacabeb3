@preconcurrency import Foundation

/// Lines to a person or a pipe, each written at once.
enum Terminal {
  static func print(_ line: String) {
    write(line + "\n")
  }

  /// Text as it stands, for a terminal that is drawn on.
  static func write(_ text: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      // Whoever read the other end of the pipe has had enough.
      exit(1)
    }
  }

  /// A line about something that went wrong, or that is not part of the output.
  static func fail(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data(("wardline: " + line + "\n").utf8))
  }

  static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
