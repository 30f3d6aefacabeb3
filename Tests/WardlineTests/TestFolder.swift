import Foundation

/// A folder of one test, gone with it.
final class TestFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "wardline-test-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Starts a development server on the folder `data` and returns when it listens.
  func serve() async throws -> Program {
    let arguments = ["serve", "--dev", "--data", "data", "--listen", "127.0.0.1:0"]
    let server = try Program(arguments, in: self)
    guard await server.line(where: { $0.hasPrefix("wardline listening on ") }) != nil else {
      throw NotListening()
    }
    return server
  }

  struct NotListening: Error {}
}
