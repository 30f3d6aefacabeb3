import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program could not be started.
public struct NotStarted: Error, CustomStringConvertible {
  let program: String
  let code: Int32
  public var description: String { "\(program) does not start: error \(code)" }
}

/// A program that the system has started, and our ends of its pipes.
struct SpawnedProgram: Sendable {
  let pid: pid_t
  let output: Int32
  let errors: Int32?
  let input: Int32?

  /// One start at a time: no other program that starts meanwhile may get the far end of a pipe, or
  /// the end of this one would not be seen before the end of that one.
  private static let starting = Mutex(())

  /// - Throws: `NotStarted`.
  init(
    _ path: String,
    _ arguments: [String],
    _ surroundings: ProcessSurroundings
  ) throws(NotStarted) {
    self = try Self.starting.withLock { _ throws(NotStarted) in
      try SpawnedProgram(alone: path, arguments, surroundings)
    }
  }

  private init(
    alone path: String,
    _ arguments: [String],
    _ surroundings: ProcessSurroundings
  ) throws(NotStarted) {
    var pipes: [Pipe] = []
    func open() throws(NotStarted) -> Pipe {
      guard let pipe = Pipe() else { throw NotStarted(program: path, code: errno) }
      pipes.append(pipe)
      return pipe
    }
    do throws(NotStarted) {
      let output = try open()
      let errors = surroundings.errors == .kept ? try open() : nil
      let input = surroundings.hasInput ? try open() : nil
      pid = try Self.spawn(path, arguments, surroundings) { actions in
        if let input {
          posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        } else {
          posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        switch surroundings.errors {
        case .passedOn: break
        case .kept: posix_spawn_file_actions_adddup2(&actions, errors?.writing ?? -1, 2)
        case .withOutput: posix_spawn_file_actions_adddup2(&actions, output.writing, 2)
        }
      }
      close(output.writing)
      if let errors { close(errors.writing) }
      if let input { close(input.reading) }
      self.output = output.reading
      self.errors = errors?.reading
      self.input = input?.writing
    } catch {
      for pipe in pipes {
        close(pipe.reading)
        close(pipe.writing)
      }
      throw error
    }
  }

  private struct Pipe {
    let reading: Int32
    let writing: Int32

    init?() {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (reading, writing) = (ends[0], ends[1])
    }
  }

  private static func spawn(
    _ path: String,
    _ arguments: [String],
    _ surroundings: ProcessSurroundings,
    _ connect: (inout posix_spawn_file_actions_t) -> Void
  ) throws(NotStarted) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    connect(&actions)
    closeEverythingElse(in: &actions)
    if let folder = surroundings.folder { change(to: folder.path, in: &actions) }
    let environment = surroundings.environment ?? ProcessInfo.processInfo.environment
    let argv = CStrings([path] + arguments)
    let envp = CStrings(environment.map { "\($0)=\($1)" })
    defer {
      argv.free()
      envp.free()
    }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, path, &actions, nil, argv.pointers, envp.pointers)
    guard code == 0 else { throw NotStarted(program: path, code: code) }
    return pid
  }

  /// Strings as C wants them, with a NULL behind the last.
  private struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
      pointers = strings.map { strdup($0) } + [nil]
    }

    func free() {
      for pointer in pointers { Foundation.free(pointer) }
    }
  }

  // Glibc has what follows, but its Swift module does not show it.

  /// Else the program would keep the sockets of the tests that run beside this one: connections
  /// would not end when they are closed, and ports would not be free.
  private static func closeEverythingElse(in actions: inout posix_spawn_file_actions_t) {
    typealias CloseFrom =
      @convention(c) (
        UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32
      ) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3)
  }

  private static func change(to folder: String, in actions: inout posix_spawn_file_actions_t) {
    typealias ChangeFolder =
      @convention(c) (
        UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>
      ) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else { return }
    _ = unsafeBitCast(symbol, to: ChangeFolder.self)(&actions, folder)
  }
}
