import Foundation
import Subprocess
import SystemPackage
import TTRPC

/// A development server as a process of its own, so that it can be killed.
struct DemoServer: Sendable {
  let address: ServiceAddress
  private let process: Execution<NoInput, SequenceOutput, FileDescriptorOutput>

  var processID: Int32 { process.processIdentifier.value }

  /// Starts a server on a free port of this machine, and kills it when the conversation is over.
  ///
  /// - Returns: what the conversation returns, once the server is gone.
  /// - Throws: `SettingError` when the server does not come up, and what the conversation throws.
  static func run<Result: Sendable>(
    data folder: String,
    conversation: (DemoServer) async throws -> Result
  ) async throws -> Result {
    do {
      return try await Subprocess.run(
        Configuration(
          executable: .path(FilePath(try executable())),
          arguments: ["serve", "--dev", "--data", folder, "--listen", "127.0.0.1:0"]
        ),
        input: .none,
        output: .sequence,
        error: .currentStandardError
      ) { process in
        // What it says after that is a few lines, for which the pipe has room.
        guard let address = try await announcedAddress(process.standardOutput) else {
          throw SettingError("the demo's server stopped at once; what it said stands above")
        }
        let server = DemoServer(address: address, process: process)
        let result = try await conversation(server)
        server.kill()
        return result
      }.closureResult
    } catch is SubprocessError {
      throw SettingError("the demo cannot run its own executable as a server")
    }
  }

  /// Ends the process without warning.
  func kill() {
    // It may be gone already, which is as good.
    try? process.send(signal: .kill)
  }

  /// Where it listens; nil when it ends without having said so.
  private static func announcedAddress(
    _ output: SubprocessOutputSequence
  ) async throws -> ServiceAddress? {
    for try await line in output.strings() where line.hasPrefix(announcement) {
      return ServiceAddress(String(line.dropFirst(announcement.count)))
    }
    return nil
  }

  private static func executable() throws -> String {
    if FileManager.default.fileExists(atPath: "/proc/self/exe") {
      return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    }
    guard let url = Bundle.main.executableURL else {
      throw SettingError("the demo does not find its own executable")
    }
    return url.path
  }

  private static let announcement = "wardline listening on "
}
