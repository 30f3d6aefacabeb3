import ChatModel
import ChatRepository
import Foundation
import Synchronization

/// What was asked of a repository, and what it answered.
final class WriteLedger: Sendable {
  struct Entry: Sendable, Codable {
    let write: KeyedWrite
    /// Nil if no answer came, or a failure.
    var answer: String?
  }

  private struct State {
    var entries: [Entry] = []
    var clock: Int64 = 1_790_000_000_000
  }

  private let state = Mutex(State())
  /// Every entry, a line when it is asked for and another one when it is answered.
  private let file: FileHandle?

  /// - Parameter path: a file that tells another process all of it.
  init(path: String? = nil) throws {
    if let path {
      try Data().write(to: URL(filePath: path))
      file = try FileHandle(forWritingTo: URL(filePath: path))
    } else {
      file = nil
    }
  }

  /// What a process that is gone has left in its file.
  init(reading path: String) throws {
    file = nil
    let lines = try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
    let entries = try lines.map { try JSONDecoder().decode(Entry.self, from: $0) }
    var found: [String: Entry] = [:]
    for entry in entries { found[entry.write.key] = entry }
    state.withLock { $0.entries = found.values.sorted { $0.write.key < $1.write.key } }
  }

  var entries: [Entry] { state.withLock { $0.entries } }
  var answered: [Entry] { entries.filter { $0.answer != nil } }
  /// Later than everything so far.
  var later: Timestamp { state.withLock { Timestamp(milliseconds: $0.clock + 3_600_000) } }

  /// Asks for a write and notes it.
  ///
  /// - Throws: what the repository answers.
  func perform(_ write: KeyedWrite, on repository: some ChatRepository) async throws -> String {
    let (index, now) = try state.withLock { state in
      state.clock += 1
      state.entries.append(Entry(write: write))
      try tell(Entry(write: write))
      return (state.entries.count - 1, Timestamp(milliseconds: state.clock))
    }
    let answer = try await write.perform(on: repository, at: now)
    try state.withLock { state in
      state.entries[index].answer = answer
      try tell(state.entries[index])
    }
    return answer
  }

  private func tell(_ entry: Entry) throws {
    guard let file else { return }
    try file.write(contentsOf: JSONEncoder().encode(entry) + Data([UInt8(ascii: "\n")]))
  }
}
