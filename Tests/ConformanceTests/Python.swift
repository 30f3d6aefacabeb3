import Foundation
import ServerProcess

/// The interpreter that the independent client needs.
enum Python {
  /// The first `python3` of the path, if it is new enough.
  static func executable() async -> URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let candidates = path.split(separator: ":").map {
      URL(filePath: String($0)).appending(path: "python3")
    }
    for python in candidates where FileManager.default.isExecutableFile(atPath: python.path) {
      let check = "import sys; sys.exit(sys.version_info < (3, 9))"
      if let result = try? await Command.run(python, ["-c", check]), result.status == 0 {
        return python
      }
    }
    return nil
  }

  /// There is none.
  struct Missing: Error, CustomStringConvertible {
    let description = "python3, 3.9 or newer, is not installed: `scripts/setup.sh` installs it"
  }

  /// - Throws: `Missing`.
  static func required() async throws -> URL {
    guard let python = await executable() else { throw Missing() }
    return python
  }

  static func script(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peer/\(name)")
  }
}
