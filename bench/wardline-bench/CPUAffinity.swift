@preconcurrency import Foundation

/// Keeps processes on processors of their own, so that server and load generator do not take turns
/// on both.
enum CPUAffinity {
  /// Where Debian and most others have it.
  private static let taskset = "/usr/bin/taskset"

  static var isAvailable: Bool {
    ProcessInfo.processInfo.activeProcessorCount > 1
      && FileManager.default.isExecutableFile(atPath: taskset)
  }

  /// A command line that runs on one processor, or on any where there is no choice.
  static func pinned(_ command: [String], to processor: Int) -> [String] {
    isAvailable ? [taskset, "-c", "\(processor)"] + command : command
  }

  /// Moves this process, which has not started its threads yet, to one processor.
  static func pinThisProcess(to processor: Int) {
    guard isAvailable else { return }
    let process = Process()
    process.executableURL = URL(filePath: taskset)
    process.arguments = ["-acp", "\(processor)", "\(ProcessInfo.processInfo.processIdentifier)"]
    process.standardOutput = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
  }
}
