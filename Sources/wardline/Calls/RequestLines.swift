import Foundation

/// The requests of a call, in JSON: one that was given, or what standard input holds.
enum RequestLines: Sendable {
  case given(String)
  case standardInput

  /// The one request of a call that takes one: all that there is.
  func first() async throws(SettingError) -> String {
    switch self {
    case .given(let json): return json
    case .standardInput:
      var bytes: [UInt8] = []
      for await chunk in StandardInput.chunks() { bytes += chunk }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw SettingError("standard input is not UTF-8")
      }
      return text.allSatisfy(\.isWhitespace) ? "{}" : text
    }
  }

  /// The requests of a call that takes a stream: one a line.
  func all() -> AsyncStream<String> {
    switch self {
    case .given(let json):
      AsyncStream { continuation in
        continuation.yield(json)
        continuation.finish()
      }
    case .standardInput:
      AsyncStream { continuation in
        let task = Task {
          var splitter = LineSplitter()
          for await chunk in StandardInput.chunks() {
            for line in splitter.lines(chunk) where !line.allSatisfy(\.isWhitespace) {
              continuation.yield(line)
            }
          }
          if let line = splitter.rest(), !line.allSatisfy(\.isWhitespace) {
            continuation.yield(line)
          }
          continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
      }
    }
  }
}
