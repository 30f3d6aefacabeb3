import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program that was started, what it says, and its end.
///
/// A thread of its own reads the output and then waits for the exit: Foundation's `Process` was seen
/// to lose the end of a program when many tests run beside each other.
final class ChildProcess: Sendable {
  /// It could not be started.
  struct NotStarted: Error, CustomStringConvertible {
    let program: String
    let code: Int32
    var description: String { "\(program) does not start: error \(code)" }
  }

  /// What is known of the program.
  struct State: Sendable {
    /// Everything that it has written to standard output.
    var output = ""
    /// The exit code, or 128 and the signal that ended it; nil while it runs.
    var exitCode: Int32?
    /// When it last said something.
    var lastOutput = ContinuousClock.now
  }

  private struct Waiter {
    let condition: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<State, Never>
  }

  let pid: pid_t
  private let shared = Mutex<(state: State, waiters: [Waiter])>((State(), []))

  /// Starts a program without input. Its standard error is that of the tests.
  ///
  /// - Throws: `NotStarted`.
  init(_ executable: URL, _ arguments: [String]) throws {
    let started = try Self.starting.withLock { _ throws(NotStarted) in
      try Self.start(executable.path, arguments)
    }
    pid = started.pid
    let output = started.output
    Thread.detachNewThread { [self] in follow(output) }
  }

  /// Returns when the condition holds for what is known, or when the program has ended.
  func wait(until condition: @escaping @Sendable (State) -> Bool) async -> State {
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
  func waitForExit() async -> Int32 {
    await wait { _ in false }.exitCode ?? -1
  }

  var isRunning: Bool { shared.withLock { $0.state.exitCode == nil } }

  /// Does nothing once the program has ended, for its number may be another's by then.
  func send(_ signal: Int32) {
    shared.withLock { if $0.state.exitCode == nil { kill(pid, signal) } }
  }

  // MARK: On the thread

  private func follow(_ descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      let text = String(decoding: bytes[..<count], as: UTF8.self)
      change { state in
        state.output += text
        state.lastOutput = .now
      }
    }
    close(descriptor)
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

  /// One start at a time: no other program that starts meanwhile may get the writing end of the
  /// pipe, or the end of this one would not be seen before the end of that one.
  private static let starting = Mutex(())

  private static func start(
    _ path: String,
    _ arguments: [String]
  ) throws(NotStarted) -> (pid: pid_t, output: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw NotStarted(program: path, code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    do throws(NotStarted) {
      return (try spawn(path, arguments, output: ends[1]), ends[0])
    } catch {
      close(ends[0])
      throw error
    }
  }

  private static func spawn(
    _ path: String,
    _ arguments: [String],
    output: Int32
  ) throws(NotStarted) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    closeEverythingElse(in: &actions)
    var argv = ([path] + arguments).map { strdup($0) }
    defer { for argument in argv { free(argument) } }
    argv.append(nil)
    var pid: pid_t = 0
    let code = posix_spawn(&pid, path, &actions, nil, argv, environ)
    guard code == 0 else { throw NotStarted(program: path, code: code) }
    return pid
  }

  /// Else the program would keep the sockets of the tests that run beside this one: connections
  /// would not end when they are closed, and ports would not be free.
  private static func closeEverythingElse(in actions: inout posix_spawn_file_actions_t) {
    // Glibc has it, but its Swift module does not show it.
    typealias CloseFrom =
      @convention(c) (
        UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32
      ) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3)
  }
}
