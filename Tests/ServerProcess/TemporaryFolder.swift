public import Foundation

/// A folder of its own for one test, removed when the test is done with it.
public final class TemporaryFolder: Sendable {
  public let url: URL

  /// - Throws: what the system says when the folder cannot be made.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "wardline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}
