import Foundation
import Synchronization

/// The executable that was built beside these tests, run as a process.
final class Program: Sendable {
  private let process = Process()
  private let input = Pipe()
  private let outputs = (lines: AsyncLines(), errors: AsyncLines())

  /// Starts it with these arguments in a folder of its own.
  init(_ arguments: [String], in folder: TestFolder) throws {
    process.executableURL = Self.url
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = [
      "TERM": "dumb", "TZ": "UTC", "HOME": folder.url.path, "TMPDIR": folder.url.path,
    ]
    process.standardInput = input
    process.standardOutput = outputs.lines.pipe
    process.standardError = outputs.errors.pipe
    try process.run()
    outputs.lines.start()
    outputs.errors.start()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// What it is and where it lies: beside the bundle of these tests.
  private static var url: URL {
    let arguments = CommandLine.arguments
    let flag = arguments.firstIndex(of: "--test-bundle-path")
    let bundle = flag.map { arguments[$0 + 1] } ?? arguments[0]
    return URL(filePath: bundle).resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "wardline")
  }

  /// The next line of standard output that fulfils the condition; nil when there is none.
  func line(where isWanted: @Sendable (String) -> Bool) async -> String? {
    await outputs.lines.next(where: isWanted)
  }

  /// The next line of standard error that fulfils the condition; nil when there is none.
  func errorLine(where isWanted: @Sendable (String) -> Bool) async -> String? {
    await outputs.errors.next(where: isWanted)
  }

  func type(_ line: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
  }

  func closeInput() throws {
    try input.fileHandleForWriting.close()
  }

  func signal(_ number: Int32) {
    kill(process.processIdentifier, number)
  }

  /// Waits for its end.
  func end() async -> Result {
    let output = await outputs.lines.rest()
    let errors = await outputs.errors.rest()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: output, errors: errors)
  }

  struct Result {
    let status: Int32
    let output: [String]
    let errors: [String]
  }

  /// Runs it to its end, with nothing to read.
  static func run(_ arguments: [String], in folder: TestFolder) async throws -> Result {
    let program = try Program(arguments, in: folder)
    try program.closeInput()
    return await program.end()
  }
}

/// Lines of a pipe, read on a thread so that a full pipe holds nobody up.
private final class AsyncLines: Sendable {
  let pipe = Pipe()
  private let stream: AsyncStream<String>
  private let continuation: AsyncStream<String>.Continuation

  init() {
    (stream, continuation) = AsyncStream<String>.makeStream()
  }

  func start() {
    let (handle, continuation) = (pipe.fileHandleForReading, continuation)
    Thread {
      var rest = Data()
      while case let data = handle.availableData, !data.isEmpty {
        rest += data
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          continuation.yield(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
          rest = Data(rest[(end + 1)...])
        }
      }
      if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
      continuation.finish()
    }.start()
  }

  func next(where isWanted: (String) -> Bool) async -> String? {
    for await line in stream where isWanted(line) { return line }
    return nil
  }

  func rest() async -> [String] {
    var lines: [String] = []
    for await line in stream { lines.append(line) }
    return lines
  }
}
