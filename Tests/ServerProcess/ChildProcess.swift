public import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A program could not be started.
public struct NotStarted: Error, CustomStringConvertible {
  let program: String
  let reason: String
  public var description: String { "\(program) does not start: \(reason)" }
}

/// A program that was started, what it says, and its end.
///
/// `Subprocess` ties a program to a function that runs as long as it does. Tests start programs in
/// one function and end them in another, so here a task of its own keeps that function running.
public final class ChildProcess: Sendable {
  /// What is known of the program.
  public struct State: Sendable {
    /// What it has written to standard output, in whole lines.
    public internal(set) var output = ""
    /// The same of standard error, if that is kept.
    public internal(set) var errors = ""
    /// The exit code, or 128 and the signal that ended it; nil while it runs.
    public internal(set) var exitCode: Int32?
    /// When it last said something.
    public internal(set) var lastOutput = ContinuousClock.now
  }

  private struct Waiter {
    let condition: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<State, Never>
  }

  /// What can be done to the program while it runs.
  private struct Reins {
    let send: @Sendable (Signal) -> Void
    let input: StandardInputWriter
  }

  private struct Shared {
    var pid: Int32 = 0
    var state = State()
    var waiters: [Waiter] = []
    /// Nil before the start, and once the program may be gone.
    var reins: Reins?
  }

  private let shared = Mutex(Shared())

  /// The number of the process.
  public var pid: Int32 { shared.withLock { $0.pid } }
  /// Whether its end is not known yet.
  public var isRunning: Bool { shared.withLock { $0.state.exitCode == nil } }

  /// Starts a program.
  ///
  /// - Throws: `NotStarted`.
  public init(
    _ executable: URL,
    _ arguments: [String],
    _ surroundings: ProcessSurroundings = ProcessSurroundings()
  ) async throws {
    let configuration = Configuration(
      executable: .path(FilePath(executable.path)),
      arguments: Arguments(arguments),
      environment: surroundings.subprocessEnvironment,
      workingDirectory: surroundings.folder.map { FilePath($0.path) }
    )
    try await withCheckedThrowingContinuation { started in
      Task { await follow(configuration, surroundings, started) }
    }
  }

  /// Returns when the condition holds for what is known, or when the program has ended.
  public func wait(until condition: @escaping @Sendable (State) -> Bool) async -> State {
    await withCheckedContinuation { continuation in
      let ready = shared.withLock { shared -> State? in
        if condition(shared.state) || shared.state.exitCode != nil { return shared.state }
        shared.waiters.append(Waiter(condition: condition, continuation: continuation))
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// Returns the exit code once the program has ended.
  public func waitForExit() async -> Int32 {
    await wait { _ in false }.exitCode ?? -1
  }

  /// Does nothing once the program has closed its output, for its number may be another's by then.
  public func send(_ signal: Int32) {
    // Under the lock, so that the program is not given up meanwhile.
    shared.withLock { $0.reins?.send(Signal(rawValue: signal)) }
  }

  /// Gives it a line to read, unless it has ended.
  ///
  /// - Throws: when it does not read any more.
  public func type(_ line: String) async throws {
    _ = try await shared.withLock { $0.reins?.input }?.write("\(line)\n")
  }

  /// Ends what it can read.
  public func closeInput() async throws {
    try await shared.withLock { $0.reins?.input }?.finish()
  }

  // MARK: In the task

  private func follow(
    _ configuration: Configuration,
    _ surroundings: ProcessSurroundings,
    _ started: CheckedContinuation<Void, any Error>
  ) async {
    let whenStarted = Mutex(Optional(started))
    let begin = { @Sendable in whenStarted.withLock { $0.take() } }
    do {
      let status = try await run(configuration, surroundings) { begin()?.resume() }
      change { $0.exitCode = status.exitCode }
    } catch {
      if let started = begin() {
        let program = configuration.executable.description
        started.resume(throwing: NotStarted(program: program, reason: "\(error)"))
      }
      change { state in
        state.errors += "what it says cannot be read: \(error)\n"
        state.exitCode = -1
      }
    }
  }

  private func run(
    _ configuration: Configuration,
    _ surroundings: ProcessSurroundings,
    _ started: @Sendable () -> Void
  ) async throws -> TerminationStatus {
    switch surroundings.errors {
    case .passedOn:
      try await Subprocess.run(
        configuration,
        input: .inputWriter,
        output: .sequence,
        error: .currentStandardError
      ) { program in
        try await listen(to: program, errors: nil, surroundings, started)
      }.terminationStatus
    case .kept:
      try await Subprocess.run(
        configuration,
        input: .inputWriter,
        output: .sequence,
        error: .sequence
      ) { program in
        try await listen(to: program, errors: program.standardError, surroundings, started)
      }.terminationStatus
    case .withOutput:
      try await Subprocess.run(
        configuration,
        input: .inputWriter,
        output: .sequence,
        error: .combinedWithOutput
      ) { program in
        try await listen(to: program, errors: nil, surroundings, started)
      }.terminationStatus
    }
  }

  private func listen<Errors>(
    to program: Execution<CustomWriteInput, SequenceOutput, Errors>,
    errors: SubprocessOutputSequence?,
    _ surroundings: ProcessSurroundings,
    _ started: @Sendable () -> Void
  ) async throws {
    if !surroundings.hasInput { try await program.standardInputWriter.finish() }
    shared.withLock { shared in
      shared.pid = program.processIdentifier.value
      shared.reins = Reins(
        // It may have ended this moment, which is as good.
        send: { try? program.send(signal: $0) },
        input: program.standardInputWriter
      )
    }
    // The number stays the program's own until the end of this function.
    defer { shared.withLock { $0.reins = nil } }
    started()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.collect(program.standardOutput) { $0.output += $1 } }
      if let errors { group.addTask { try await self.collect(errors) { $0.errors += $1 } } }
      try await group.waitForAll()
    }
  }

  private func collect(
    _ said: SubprocessOutputSequence,
    _ keep: @Sendable (inout State, String) -> Void
  ) async throws {
    let lines = said.strings(
      separatedBy: .unicodeScalarSequence(["\n"]),
      bufferingPolicy: .unbounded
    )
    for try await line in lines {
      change { state in
        keep(&state, line + "\n")
        state.lastOutput = .now
      }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let (state, ready) = shared.withLock { shared in
      body(&shared.state)
      let state = shared.state
      let ready = shared.waiters.filter { state.exitCode != nil || $0.condition(state) }
      shared.waiters.removeAll { state.exitCode != nil || $0.condition(state) }
      return (state, ready)
    }
    for waiter in ready { waiter.continuation.resume(returning: state) }
  }
}

extension TerminationStatus {
  /// The exit code, or 128 and the signal, as shells have it.
  fileprivate var exitCode: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}

extension ProcessSurroundings {
  fileprivate var subprocessEnvironment: Environment {
    guard let environment else { return .inherit }
    let pairs = environment.compactMap { name, value in
      Environment.Key(rawValue: name).map { ($0, value) }
    }
    return .custom(Dictionary(uniqueKeysWithValues: pairs))
  }
}
