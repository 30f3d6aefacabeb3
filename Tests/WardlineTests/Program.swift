import Foundation
import ServerProcess
import Synchronization

/// The built `wardline`, run as a process in the folder of a test and read line by line.
final class Program: Sendable {
  private let process: ChildProcess
  private let taken = Mutex(Taken())

  /// How many lines have been taken.
  private struct Taken {
    var output = 0
    var errors = 0
  }

  /// Starts it with these arguments in a folder of its own.
  init(_ arguments: [String], in folder: TemporaryFolder) async throws {
    var surroundings = ProcessSurroundings()
    surroundings.environment = [
      "TERM": "dumb", "TZ": "UTC", "HOME": folder.url.path, "TMPDIR": folder.url.path,
    ]
    surroundings.folder = folder.url
    surroundings.errors = .kept
    surroundings.hasInput = true
    process = try await ChildProcess(ServerExecutable.url(), arguments, surroundings)
  }

  deinit {
    process.send(SIGKILL)
  }

  /// The next line of standard output that fulfils the condition; nil when there is none.
  func line(where isWanted: @escaping @Sendable (String) -> Bool) async -> String? {
    await next(\.output, \.output, where: isWanted)
  }

  /// The next line of standard error that fulfils the condition; nil when there is none.
  func errorLine(where isWanted: @escaping @Sendable (String) -> Bool) async -> String? {
    await next(\.errors, \.errors, where: isWanted)
  }

  private func next(
    _ text: any KeyPath<ChildProcess.State, String> & Sendable,
    _ count: WritableKeyPath<Taken, Int>,
    where isWanted: @escaping @Sendable (String) -> Bool
  ) async -> String? {
    let first = taken.withLock { $0[keyPath: count] }
    let state = await process.wait {
      Self.lines($0[keyPath: text], from: first).contains(where: isWanted)
    }
    let lines = Self.lines(state[keyPath: text], from: first)
    let index = lines.firstIndex(where: isWanted)
    taken.withLock { $0[keyPath: count] = first + (index.map { $0 + 1 } ?? lines.count) }
    return index.map { lines[$0] }
  }

  func type(_ line: String) async throws { try await process.type(line) }

  func closeInput() async throws { try await process.closeInput() }

  func signal(_ number: Int32) { process.send(number) }

  /// Waits for its end.
  func end() async -> Result {
    let state = await process.wait { _ in false }
    let taken = taken.withLock { $0 }
    return Result(
      status: state.exitCode ?? -1,
      output: Self.lines(state.output, from: taken.output),
      errors: Self.lines(state.errors, from: taken.errors)
    )
  }

  /// What it said, without the lines that were taken before.
  struct Result {
    let status: Int32
    let output: [String]
    let errors: [String]
  }

  /// Runs it to its end, with nothing to read.
  static func run(_ arguments: [String], in folder: TemporaryFolder) async throws -> Result {
    let program = try await Program(arguments, in: folder)
    try await program.closeInput()
    return await program.end()
  }

  /// The lines of a text, which ends with the end of one unless its program has ended.
  private static func lines(_ text: String, from first: Int) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.dropFirst(first).map(String.init)
  }
}
