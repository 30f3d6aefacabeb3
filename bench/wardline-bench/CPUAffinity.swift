@preconcurrency import Foundation
import Subprocess
import SystemPackage

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

  /// Moves all threads of this process to one processor; those to come start where they do.
  static func pinThisProcess(to processor: Int) async {
    guard isAvailable else { return }
    let processID = ProcessInfo.processInfo.processIdentifier
    _ = try? await Subprocess.run(
      .path(FilePath(taskset)),
      arguments: ["-acp", "\(processor)", "\(processID)"],
      output: .discarded
    )
  }
}
