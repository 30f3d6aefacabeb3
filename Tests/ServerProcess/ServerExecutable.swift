public import Foundation

/// The built `wardline`, which lies beside the tests' own executable.
public enum ServerExecutable {
  /// There is no `wardline` where the tests were built.
  public struct Missing: Error, CustomStringConvertible {
    public let description = "no wardline beside the tests; `swift build --product wardline`"
  }

  /// - Throws: `Missing`.
  public static func url() throws -> URL {
    for folder in folders() {
      let candidate = folder.appending(path: "wardline")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    }
    throw Missing()
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
