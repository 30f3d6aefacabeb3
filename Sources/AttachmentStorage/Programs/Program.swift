import ChatService
import Subprocess
import SystemPackage

/// A program that is run for one file and given a limited time.
struct Program: Sendable {
  /// A path, or a name that is looked up in PATH; then what stands before the arguments of a run.
  let command: [String]
  /// What it sees of the server's surroundings: nothing else.
  var environment: [String: String] = [:]
  let timeout: Duration

  /// What it sees in any case: where programs are.
  private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// Runs it to its end and gives its exit code. What it prints is dropped: it may be of the file.
  ///
  /// - Throws: `InspectionFailure` when it does not start, is ended by a signal, or takes too long,
  ///   for which it is killed.
  func run(_ arguments: [String]) async throws(InspectionFailure) -> Int32 {
    let status: TerminationStatus?
    do {
      status = try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
        group.addTask { try await start(arguments) }
        group.addTask {
          try await Task.sleep(for: timeout)
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
    } catch {
      throw InspectionFailure("the program does not start")
    }
    switch status {
    case .exited(let code): return code
    case .signaled(let signal):
      throw InspectionFailure("the program was ended by signal \(signal)")
    case nil: throw InspectionFailure("the program took longer than \(timeout)")
    }
  }

  private func start(_ arguments: [String]) async throws -> TerminationStatus {
    guard let first = command.first else { throw InspectionFailure("no program is named") }
    var values: [Environment.Key: String] = [:]
    for (name, value) in environment.merging(["PATH": Self.path], uniquingKeysWith: { $1 }) {
      if let key = Environment.Key(rawValue: name) { values[key] = value }
    }
    return try await Subprocess.run(
      first.contains("/") ? .path(FilePath(first)) : .name(first),
      arguments: Arguments(Array(command.dropFirst()) + arguments),
      environment: .custom(values),
      output: .discarded,
      error: .discarded
    ).terminationStatus
  }
}
