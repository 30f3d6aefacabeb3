import Foundation
import RPC
import TTRPC
import TestCertificates
import Testing

@Suite("A TLS certificate that changes while the server runs")
struct TLSReloadTests {
  private static let renewed = TestCertificateRequest("new", dnsNames: ["renewed.example"])

  @Test("new connections use the new one, old ones go on")
  func renewal() async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let old = try await test.client(tls: tls.client())
      #expect(try await old.call("Echo", "1").text == "1")
      #expect(try tls.tls.reloadIfChanged() == false)
      try tls.replace(tls.authority.issue(Self.renewed))
      #expect(try tls.tls.reloadIfChanged() == true)
      #expect(try tls.tls.reloadIfChanged() == false)
      #expect(try await old.call("Echo", "2").text == "2")
      await #expect(throws: RPCError.self) { try await test.client(tls: tls.client()) }
      let new = try await test.client(tls: tls.client(as: "renewed.example"))
      #expect(try await new.call("Echo", "3").text == "3")
      await new.close()
      await old.close()
    }
  }

  enum Fault: CaseIterable {
    case noCertificate, noKey, otherKey, notPEM, expired
  }

  @Test("what cannot be used is refused once, and the old one stays", arguments: Fault.allCases)
  func fault(fault: Fault) async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let secret = try Self.spoil(tls, fault)
      let error = #expect(throws: TLSError.self) { try tls.tls.reloadIfChanged() }
      #expect(error?.description.contains(secret) == false)
      #expect(try tls.tls.reloadIfChanged() == false)
      let client = try await test.client(tls: tls.client())
      #expect(try await client.call("Echo", "x").text == "x")
      await client.close()
      try tls.replace(tls.authority.issue(.localhost))
      #expect(try tls.tls.reloadIfChanged() == true)
    }
  }

  /// Puts something bad in place; returns a part of it that must not be told.
  private static func spoil(_ tls: TLSUnderTest, _ fault: Fault) throws -> String {
    let other = try tls.authority.issue(.localhost)
    switch fault {
    case .noCertificate: try FileManager.default.removeItem(atPath: tls.files.path("server.pem"))
    case .noKey: try FileManager.default.removeItem(atPath: tls.files.path("server.key"))
    case .otherKey: try tls.files.write(other.keyPEM, "server.key")
    case .notPEM: try tls.files.write("CANARY-4711", "server.pem")
    case .expired:
      var request = TestCertificateRequest.localhost
      request.isExpired = true
      try tls.replace(tls.authority.issue(request))
    }
    return fault == .notPEM ? "CANARY-4711" : String(other.keyPEM.dropFirst(40).prefix(20))
  }

  @Test("the files are followed")
  func following() async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let server = tls.tls
      let task = Task { await server.followFiles(every: .milliseconds(5), clock: .continuous) }
      defer { task.cancel() }
      try tls.replace(tls.authority.issue(Self.renewed))
      let trust = try tls.client(as: "renewed.example")
      var client: ClientConnection?
      for _ in 0..<1000 where client == nil { client = try? await test.client(tls: trust) }
      #expect(try await client?.call("Echo", "x").text == "x")
      await client?.close()
    }
  }
}
