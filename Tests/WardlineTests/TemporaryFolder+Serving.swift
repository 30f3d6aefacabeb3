import Foundation
import ServerProcess

extension TemporaryFolder {
  /// Its server said something else than that it listens.
  struct NotListening: Error {}

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Starts a development server on the folder `data` and returns when it listens.
  func serve() async throws -> Program {
    let arguments = ["serve", "--dev", "--data", "data", "--listen", "127.0.0.1:0"]
    let server = try await Program(arguments, in: self)
    guard await server.line(where: { $0.hasPrefix("wardline listening on ") }) != nil else {
      throw NotListening()
    }
    return server
  }
}
