public import Foundation

/// The built programs, which lie beside the tests' own executable.
public enum ServerExecutable {
  /// There is no such program where the tests were built.
  public struct Missing: Error, CustomStringConvertible {
    let program: String
    public var description: String {
      "no \(program) beside the tests; `swift build --product \(program)`"
    }
  }

  /// - Throws: `Missing`.
  public static func url(_ program: String = "wardline") throws -> URL {
    for folder in folders() {
      let candidate = folder.appending(path: program)
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    }
    throw Missing(program: program)
  }

  /// Where the tests run from, and the folders around it: on some systems a test bundle is a
  /// folder with folders inside.
  private static func folders() -> [URL] {
    let starts =
      [Bundle.main.executableURL, Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL)
    return starts.compactMap(\.self).flatMap { start in
      sequence(first: start) { $0.deletingLastPathComponent() }.prefix(5)
    }
  }
}
