public import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program that was started, what it says, and its end.
///
/// A thread of its own reads what it says and then waits for the exit: Foundation's `Process` was
/// seen to lose the end of a program when many tests run beside each other, and whoever waits for it
/// keeps one of the few threads on which all tests run.
public final class ChildProcess: Sendable {
  /// What is known of the program.
  public struct State: Sendable {
    /// What it has written to standard output: whole lines until it has ended.
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

  public let pid: pid_t
  private let shared = Mutex<(state: State, waiters: [Waiter])>((State(), []))
  /// The writing end of its input, until that is closed.
  private let input: Mutex<FileHandle?>

  /// Starts a program.
  ///
  /// - Throws: `NotStarted`.
  public init(
    _ executable: URL,
    _ arguments: [String],
    _ surroundings: ProcessSurroundings = ProcessSurroundings()
  ) throws {
    let spawned = try SpawnedProgram(executable.path, arguments, surroundings)
    pid = spawned.pid
    input = Mutex(spawned.input.map { FileHandle(fileDescriptor: $0, closeOnDealloc: true) })
    Thread.detachNewThread { [self] in follow(spawned.output, spawned.errors) }
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

  public var isRunning: Bool { shared.withLock { $0.state.exitCode == nil } }

  /// Does nothing once the program has ended, for its number may be another's by then.
  public func send(_ signal: Int32) {
    shared.withLock { if $0.state.exitCode == nil { kill(pid, signal) } }
  }

  /// Gives it a line to read.
  ///
  /// - Throws: when it does not read any more.
  public func type(_ line: String) throws {
    try input.withLock { try $0?.write(contentsOf: Data("\(line)\n".utf8)) }
  }

  /// Ends what it can read.
  public func closeInput() throws {
    try input.withLock { input in
      try input?.close()
      input = nil
    }
  }

  // MARK: On the thread

  private func follow(_ output: Int32, _ errors: Int32?) {
    var voices = [Voice(descriptor: output, text: \.output)]
    if let errors { voices.append(Voice(descriptor: errors, text: \.errors)) }
    while !voices.isEmpty {
      var descriptors = voices.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      if poll(&descriptors, nfds_t(descriptors.count), -1) < 0 { continue }
      for index in voices.indices.reversed() where descriptors[index].revents != 0 {
        let said = voices[index].listen()
        if let said { add(said, to: voices[index].text) } else { voices.remove(at: index) }
      }
    }
    // Looks before it collects the end, so that `send` never meets a number that is free again.
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    change { state in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      let signal = status & 0x7f
      state.exitCode = signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
  }

  private func add(_ said: String, to text: WritableKeyPath<State, String>) {
    if said.isEmpty { return }
    change { state in
      state[keyPath: text] += said
      state.lastOutput = .now
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

/// One of the ways in which a program speaks.
private struct Voice {
  let descriptor: Int32
  /// Where its words are kept.
  let text: WritableKeyPath<ChildProcess.State, String>
  /// A line that is not complete.
  private var rest: [UInt8] = []

  init(descriptor: Int32, text: WritableKeyPath<ChildProcess.State, String>) {
    self.descriptor = descriptor
    self.text = text
  }

  /// The lines that have become complete; with the end also what is left, and nil after that.
  mutating func listen() -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    if count < 0 && errno == EINTR { return "" }
    if count > 0 {
      rest += bytes[..<count]
      let end = rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      defer { rest.removeFirst(end) }
      return String(decoding: rest[..<end], as: UTF8.self)
    }
    if rest.isEmpty {
      close(descriptor)
      return nil
    }
    defer { rest = [] }
    return String(decoding: rest, as: UTF8.self)
  }
}
