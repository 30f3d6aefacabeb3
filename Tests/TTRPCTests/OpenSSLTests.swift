import Foundation
import RPC
import ServerProcess
import TTRPC
import TestCertificates
import Testing

/// The program `openssl`, as a client that others wrote.
enum OpenSSL {
  static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/bin/openssl"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Runs `openssl s_client` until the handshake has succeeded or failed.
  ///
  /// - Returns: everything that it said, and its exit code.
  static func connect(_ port: Int, _ arguments: [String]) async throws -> (String, Int32) {
    var surroundings = ProcessSurroundings()
    surroundings.errors = .withOutput
    let result = try await Command.run(
      URL(filePath: try #require(path)),
      ["s_client", "-connect", "127.0.0.1:\(port)", "-verify_return_error"] + arguments,
      surroundings
    )
    return (result.standardOutput, result.status)
  }
}

@Suite("TLS with openssl as the client", .enabled(if: OpenSSL.path != nil))
struct OpenSSLTests {
  @Test("TLS 1.2 and 1.3 are spoken", arguments: ["1.2", "1.3"])
  func accepted(version: String) async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let port = try #require(test.address.port)
      let flag = "-tls" + version.replacing(".", with: "_")
      let (text, code) = try await OpenSSL.connect(port, [flag, "-CAfile", tls.roots])
      #expect(code == 0)
      #expect(text.contains("TLSv\(version)"))
      #expect(text.contains("Verification: OK"))
    }
  }

  /// Each with what it needs to be offered at all by a modern openssl.
  static let weak = [
    ["-tls1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    ["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"],
    ["-tls1_2", "-cipher", "AES128-GCM-SHA256:@SECLEVEL=0"],
    ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
    ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"],
  ]

  @Test("older versions and weak suites are not", arguments: weak)
  func refused(arguments: [String]) async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let port = try #require(test.address.port)
      let (text, code) = try await OpenSSL.connect(port, arguments + ["-CAfile", tls.roots])
      #expect(code != 0)
      // It is the server that says no.
      #expect(text.contains("alert"), "\(text)")
      try await eventually("nothing is left") { test.server.connectionCount == 0 }
    }
  }

  @Test("a client certificate is asked for, with the names of its issuers")
  func clientCertificate() async throws {
    let tls = try TLSUnderTest(clientCertificates: .require)
    try await tls.serve { test in
      let port = try #require(test.address.port)
      let (text, _) = try await OpenSSL.connect(port, ["-tls1_2", "-CAfile", tls.roots])
      #expect(text.contains("Acceptable client certificate CA names"))
      #expect(text.contains("Test Authority"))
    }
  }
}
