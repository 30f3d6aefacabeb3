import NIOCore
import NIOPosix
import NIOSSL
import RPC
import TTRPC
import TestCertificates
import Testing

@Suite("TLS")
struct TLSTests {
  @Test("a client that trusts the issuer is served, by address and by name")
  func accepted() async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let byAddress = try await test.client(tls: tls.client())
      #expect(try await byAddress.call("Echo", "x").text == "x")
      await byAddress.close()
      let port = try #require(test.address.port)
      let byName = try await ClientConnection.connect(
        to: .tls(host: "localhost", port: port),
        on: MultiThreadedEventLoopGroup.singleton,
        tls: tls.client()
      )
      #expect(try await byName.call("Echo", "y").text == "y")
      await byName.close()
    }
  }

  @Test("a megabyte goes both ways")
  func large() async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let client = try await test.client(tls: tls.client())
      #expect(try await client.call("Echo", Bytes(count: 1 << 20)).count == 1 << 20)
      await client.close()
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var request = TestCertificateRequest.localhost
    var isForeign = false
    let reason: String
  }

  static let bad = [
    Bad(testDescription: "another issuer", isForeign: true, reason: "issuer"),
    Bad(testDescription: "signed by itself", request: .selfSigned, reason: "issuer"),
    Bad(
      testDescription: "for another host",
      request: TestCertificateRequest("localhost", dnsNames: ["elsewhere.example"]),
      reason: "another host"
    ),
  ]

  @Test("a client refuses a server whose certificate is not good", arguments: bad)
  func refused(bad: Bad) async throws {
    let tls = try TLSUnderTest(bad.request)
    let other = try TLSUnderTest()
    try await tls.serve { test in
      let error = await #expect(throws: RPCError.self) {
        try await test.client(tls: bad.isForeign ? other.client() : tls.client())
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains(bad.reason) == true)
      try await eventually("nothing is left") { test.server.connectionCount == 0 }
    }
  }

  @Test("a client refuses a certificate that has expired")
  func expired() async throws {
    let tls = try TLSUnderTest()
    var request = TestCertificateRequest.localhost
    request.isExpired = true
    let old = try tls.files.write(tls.authority.issue(request), "old")
    try await Self.withForeignServer(old.certificate, old.key) { port in
      let error = await #expect(throws: RPCError.self) {
        try await ClientConnection.connect(
          to: .tls(host: "127.0.0.1", port: port),
          on: MultiThreadedEventLoopGroup.singleton,
          tls: tls.client()
        )
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("valid now") == true)
    }
  }

  @Test("a server does not start with a certificate that has expired")
  func expiredAtStart() throws {
    var request = TestCertificateRequest.localhost
    request.isExpired = true
    let error = #expect(throws: TLSError.self) { try TLSUnderTest(request) }
    #expect(error?.description.contains("has expired") == true)
  }

  @Test("the name that a client asks for is the one that counts")
  func serverName() async throws {
    let tls = try TLSUnderTest(TestCertificateRequest("x", dnsNames: ["chat.clinic.example"]))
    try await tls.serve { test in
      await #expect(throws: RPCError.self) { try await test.client(tls: tls.client()) }
      let client = try await test.client(tls: tls.client(as: "chat.clinic.example"))
      #expect(try await client.call("Echo", "x").text == "x")
      await client.close()
    }
  }

  @Test("by itself a client trusts those whom the system trusts, and no test")
  func systemRoots() async throws {
    let tls = try TLSUnderTest()
    try await tls.serve { test in
      let error = await #expect(throws: RPCError.self) { try await test.client() }
      #expect(error?.code == .unavailable)
    }
  }

  @Test("a client with TLS never speaks to a server in plain text")
  func noFallBack() async throws {
    let tls = try TLSUnderTest()
    try await ServerUnderTest.with(TLSUnderTest.methods) { test in
      let port = try #require(test.address.port)
      let error = await #expect(throws: RPCError.self) {
        try await ClientConnection.connect(
          to: .tls(host: "127.0.0.1", port: port),
          on: MultiThreadedEventLoopGroup.singleton,
          tls: tls.client()
        )
      }
      #expect(error?.code == .unavailable)
      let plain = await #expect(throws: RPCError.self) { try await test.client(tls: tls.client()) }
      #expect(plain?.code == .invalidArgument)
      #expect(plain?.message.contains("tls://") == true)
    }
  }

  @Test("an address and a listener that do not agree about TLS are refused")
  func disagreement() async throws {
    let tls = try TLSUnderTest()
    try await ServerUnderTest.with(TLSUnderTest.methods) { test in
      await #expect(throws: ListenError.self) {
        try await test.server.listen(on: .tls(host: "127.0.0.1", port: 0))
      }
      await #expect(throws: ListenError.self) {
        try await test.server.listen(
          on: .tcp(host: "127.0.0.1", port: 0),
          options: ListenerOptions(tls: tls.tls)
        )
      }
    }
  }

  /// A server of another make, for what ours would not do.
  static func withForeignServer(
    _ certificate: String,
    _ key: String,
    versions: (TLSVersion, TLSVersion) = (.tlsv12, .tlsv13),
    _ body: (Int) async throws -> Void
  ) async throws {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
    )
    configuration.minimumTLSVersion = versions.0
    configuration.maximumTLSVersion = versions.1
    let context = try NIOSSLContext(configuration: configuration)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    try await body(channel.localAddress?.port ?? 0)
    try await channel.close()
  }

  @Test("a client refuses TLS 1.0 and 1.1", arguments: [TLSVersion.tlsv1, .tlsv11])
  func oldServer(version: TLSVersion) async throws {
    let tls = try TLSUnderTest()
    let own = try tls.files.write(tls.authority.issue(.localhost), "foreign")
    try await Self.withForeignServer(own.certificate, own.key, versions: (version, version)) {
      port in
      await #expect(throws: RPCError.self) {
        try await ClientConnection.connect(
          to: .tls(host: "127.0.0.1", port: port),
          on: MultiThreadedEventLoopGroup.singleton,
          tls: tls.client()
        )
      }
    }
  }
}

extension TestCertificateRequest {
  static var selfSigned: TestCertificateRequest {
    var request = TestCertificateRequest.localhost
    request.isSelfSigned = true
    return request
  }
}
