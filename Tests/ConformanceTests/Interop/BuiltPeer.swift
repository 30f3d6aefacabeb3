import Foundation
import ServerProcess

/// A peer that scripts/build-peers.sh builds from Debian's packages, or installs from PyPI's.
enum BuiltPeer: String {
  case go
  case rust
  /// Python with grpcio; the executable is its interpreter.
  case grpcio

  /// It cannot be built; what the script said stands in the test's standard error.
  struct NotBuilt: Error, CustomStringConvertible {
    let language: String
    var description: String {
      "the peer \(language) is not built: `scripts/setup.sh conformance` installs what it needs"
        + " (Debian), and `scripts/build-peers.sh \(language)` says what is wrong"
    }
  }

  /// The program, built if it is not.
  ///
  /// - Throws: `NotBuilt`.
  func executable() async throws -> URL {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../scripts/build-peers.sh").standardized
    let result = try await Command.run(script, [rawValue])
    let path = result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    guard result.status == 0, !path.isEmpty else { throw NotBuilt(language: rawValue) }
    return URL(filePath: path)
  }
}
