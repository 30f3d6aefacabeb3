import NIOPosix
import RPC
import Synchronization
import TTRPC
import TestCertificates
import Testing

/// The name of whoever connected.
final class NamedIdentity: CallerIdentity {
  let subject: String
  init(_ subject: String) { self.subject = subject }
}

@Suite("Client certificates")
struct ClientCertificateTests {
  private static let lab = TestCertificateRequest(
    "Lab",
    dnsNames: ["LAB.clinic.example"],
    uris: ["spiffe://clinic/lab"]
  )

  private func identify(_ context: ConnectionContext) -> (any CallerIdentity)? {
    guard context.certificate?.uris == ["spiffe://clinic/lab"] else { return nil }
    return NamedIdentity("lab")
  }

  @Test("a mapped one identifies the calls of its connection, another one nobody")
  func identity() async throws {
    let tls = try TLSUnderTest(clientCertificates: .request)
    try await tls.serve(identify: identify) { test in
      let lab = try await test.client(tls: tls.client(showing: Self.lab))
      #expect(try await lab.call("Who").text == "lab")
      await lab.close()
      let other = try await test.client(tls: tls.client(showing: TestCertificateRequest("Other")))
      #expect(try await other.call("Who").text == "nobody")
      await other.close()
      let none = try await test.client(tls: tls.client())
      #expect(try await none.call("Who").text == "nobody")
      await none.close()
    }
  }

  @Test("its names and its end are told")
  func names() async throws {
    let seen = Box<PeerCertificate?>(nil)
    let tls = try TLSUnderTest(clientCertificates: .require)
    let identify: @Sendable (ConnectionContext) -> (any CallerIdentity)? = { context in
      seen.set(context.certificate)
      return nil
    }
    try await tls.serve(identify: identify) { test in
      let client = try await test.client(tls: tls.client(showing: Self.lab))
      #expect(try await client.call("Who").text == "nobody")
      await client.close()
    }
    #expect(seen.value?.commonName == "Lab")
    #expect(seen.value?.dnsNames == ["lab.clinic.example"])
    #expect(seen.value?.uris == ["spiffe://clinic/lab"])
    #expect((seen.value?.notAfter ?? 0) > 1_700_000_000)
  }

  enum Bad: CaseIterable {
    case none, otherIssuer, selfSigned, expired
  }

  @Test("without a good one there is no call where it is required", arguments: Bad.allCases)
  func required(bad: Bad) async throws {
    let tls = try TLSUnderTest(clientCertificates: .require)
    try await tls.serve { test in
      let client = try Self.client(tls, bad)
      await #expect(throws: RPCError.self) {
        // In TLS 1.3 the server looks at the certificate when the client is done already.
        try await test.client(tls: client).call("Echo", "x")
      }
      try await eventually("nothing is left") { test.server.connectionCount == 0 }
    }
  }

  @Test("one that is shown must be good even where none is required", arguments: Bad.allCases)
  func requested(bad: Bad) async throws {
    let tls = try TLSUnderTest(clientCertificates: .request)
    try await tls.serve { test in
      let client = try Self.client(tls, bad)
      do {
        #expect(try await test.client(tls: client).call("Echo", "x").text == "x")
        #expect(bad == .none)
      } catch {
        #expect(bad != .none)
      }
    }
  }

  private static func client(_ tls: TLSUnderTest, _ bad: Bad) throws -> ClientTLS {
    var request = Self.lab
    request.isExpired = bad == .expired
    request.isSelfSigned = bad == .selfSigned
    switch bad {
    case .none: return try tls.client()
    case .otherIssuer: return try tls.client(showing: request, from: TestAuthority())
    case .selfSigned, .expired: return try tls.client(showing: request)
    }
  }

  @Test("asking for them needs a file that says who may issue them")
  func noIssuer() throws {
    let tls = try TLSUnderTest()
    var configuration = tls.tls.configuration
    configuration.clientCertificates = .require
    let error = #expect(throws: TLSError.self) {
      try ServerTLS(configuration, logger: TLSUnderTest.quiet)
    }
    #expect(error?.description.contains("who may issue") == true)
  }
}
