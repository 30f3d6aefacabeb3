import Foundation

/// The interpreter that the independent client needs.
enum Python {
  static let executable: URL? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map { URL(filePath: String($0)) }
    return folders.map { $0.appending(path: "python3") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) && isNewEnough($0) }
  }()

  static var isThere: Bool { executable != nil }

  static func script(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peer/\(name)")
  }

  private static func isNewEnough(_ python: URL) -> Bool {
    let process = Process()
    process.executableURL = python
    process.arguments = ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
