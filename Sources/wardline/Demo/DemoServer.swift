import Foundation
import Synchronization
import TTRPC

/// A development server as a process of its own, so that it can be killed.
final class DemoServer: Sendable {
  private let process: Process
  let address: ServiceAddress

  private init(_ process: Process, _ address: ServiceAddress) {
    self.process = process
    self.address = address
  }

  var processID: Int32 { process.processIdentifier }

  /// Starts a server on a free port of this machine.
  ///
  /// - Throws: `SettingError` when it does not come up.
  static func start(data folder: String) async throws -> DemoServer {
    let process = Process()
    let output = Pipe()
    process.executableURL = try executable()
    process.arguments = ["serve", "--dev", "--data", folder, "--listen", "127.0.0.1:0"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    do {
      try process.run()
    } catch {
      throw SettingError("the demo cannot start its own executable as a server")
    }
    // The server closes its end when it dies, so that this ends in any case.
    let lines = output.fileHandleForReading.lines()
    for await line in lines {
      guard line.hasPrefix(announcement) else { continue }
      guard let address = ServiceAddress(String(line.dropFirst(announcement.count))) else { break }
      return DemoServer(process, address)
    }
    // It has ended, or nobody waits for it any more.
    kill(process.processIdentifier)
    process.waitUntilExit()
    throw SettingError("the demo's server stopped at once; what it said stands above")
  }

  /// Ends the process without warning and returns when it is gone.
  func kill() {
    Self.kill(processID)
    process.waitUntilExit()
  }

  /// Ends a process without warning.
  static func kill(_ processID: Int32) {
    _ = Foundation.kill(processID, SIGKILL)
  }

  private static func executable() throws -> URL {
    if FileManager.default.fileExists(atPath: "/proc/self/exe") {
      return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    }
    guard let url = Bundle.main.executableURL else {
      throw SettingError("the demo does not find its own executable")
    }
    return url
  }

  private static let announcement = "wardline listening on "
}

extension FileHandle {
  /// Lines as they are written, read on a thread of their own. Reads on after nobody listens, so
  /// that the writer is never held up.
  fileprivate func lines() -> AsyncStream<String> {
    let (stream, continuation) = AsyncStream<String>.makeStream()
    let thread = Thread {
      var splitter = LineSplitter()
      while case let data = self.availableData, !data.isEmpty {
        for line in splitter.lines(data) { continuation.yield(line) }
      }
      continuation.finish()
    }
    thread.start()
    return stream
  }
}
