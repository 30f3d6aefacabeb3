@preconcurrency import Foundation
import LoadGeneration
import Subprocess
import SystemPackage
import TTRPC

/// A server of this program in a process of its own.
struct ServerProcess: Sendable {
  let address: ServiceAddress
  private let processID: Int32

  /// Runs the server `command` while something is measured, and returns when it has ended.
  static func run<Result: Sendable>(
    _ command: String,
    measuring: (ServerProcess) async throws -> Result
  ) async throws -> Result {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    let commandLine = CPUAffinity.pinned([program, command], to: 0)
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
    return try await Subprocess.run(
      Configuration(
        executable: .path(FilePath(commandLine[0])),
        arguments: Arguments(Array(commandLine.dropFirst())),
        platformOptions: options
      ),
      input: .none,
      output: .sequence,
      error: .currentStandardError
    ) { process in
      // Its first line says where it listens, and is all that it says.
      var lines = process.standardOutput.strings().makeAsyncIterator()
      guard let address = ServiceAddress(try await lines.next() ?? "") else {
        throw LoadError("\(command) did not start")
      }
      let server = ServerProcess(address: address, processID: process.processIdentifier.value)
      let result = try await measuring(server)
      try process.send(signal: .terminate)
      return result
    }.closureResult
  }

  /// Processor time that the server has used so far, in seconds; 0 where the system does not tell.
  func processorSeconds() -> Double {
    guard
      let text = try? String(
        contentsOfFile: "/proc/\(processID)/stat",
        encoding: .utf8
      )
    else { return 0 }
    // The name of the program, in parentheses, may hold spaces.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return 0
    }
    return (user + system) / Self.ticksPerSecond
  }

  /// Memory that the server has now, in bytes; 0 where the system does not tell.
  func residentBytes() -> Int {
    let text = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
  }

  private static let ticksPerSecond = 100.0
}
