import Foundation

/// What a program writes to a pipe, as it comes.
final class OutputText: Sendable {
  private let pieces: AsyncStream<String>
  /// Kept, for a handle that is gone reads no more, and nobody would hear of the end.
  private let handle: FileHandle

  /// Reads until the end of the file.
  init(_ handle: FileHandle) {
    self.handle = handle
    let (pieces, continuation) = AsyncStream.makeStream(of: String.self)
    self.pieces = pieces
    handle.readabilityHandler = { handle in
      let data = handle.availableData
      if data.isEmpty {
        handle.readabilityHandler = nil
        continuation.finish()
      } else {
        continuation.yield(String(decoding: data, as: UTF8.self))
      }
    }
  }

  /// Everything up to the end.
  func whole() async -> String {
    await pieces.reduce(into: "") { $0 += $1 }
  }

  /// Everything up to the first whole line that holds `text`, or to the end; what follows is
  /// thrown away, so that the program can go on writing.
  func untilLine(with text: String) async -> (text: String, line: String?) {
    var seen = ""
    for await piece in pieces {
      seen += piece
      let lines = seen.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      guard let line = lines.first(where: { $0.contains(text) }) else { continue }
      Task { for await _ in self.pieces {} }
      return (seen, String(line))
    }
    return (seen, nil)
  }
}
