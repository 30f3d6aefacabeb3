@preconcurrency import Foundation

/// Lines to a person or a pipe, each written at once.
enum Terminal {
  static func print(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// A line about something that went wrong.
  static func fail(_ line: String) {
    FileHandle.standardError.write(Data(("wardline: " + line + "\n").utf8))
  }
}
