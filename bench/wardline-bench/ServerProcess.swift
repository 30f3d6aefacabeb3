@preconcurrency import Foundation
import LoadGeneration
import TTRPC

/// A server of this program in a process of its own.
struct ServerProcess {
  let address: ServiceAddress
  private let process: Process

  /// Starts `command` and waits for the line that says where it listens.
  static func start(_ command: String) throws -> ServerProcess {
    let process = Process()
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    let commandLine = CPUAffinity.pinned([program, command], to: 0)
    process.executableURL = URL(filePath: commandLine[0])
    process.arguments = Array(commandLine.dropFirst())
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]) {
      line += byte
    }
    guard let address = ServiceAddress(String(decoding: line, as: UTF8.self)) else {
      throw LoadError("\(command) did not start")
    }
    return ServerProcess(address: address, process: process)
  }

  /// Processor time that the server has used so far, in seconds; 0 where the system does not tell.
  func processorSeconds() -> Double {
    guard
      let text = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/stat",
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

  private static let ticksPerSecond = 100.0

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
