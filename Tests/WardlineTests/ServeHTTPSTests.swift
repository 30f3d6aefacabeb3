import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServerProcess
import TestCertificates
import Testing

@Suite("wardline over HTTPS", .timeLimit(.minutes(2)))
struct ServeHTTPSTests {
  /// A server with a certificate, and what its clients trust.
  private struct Served {
    let authority: TestAuthority
    let folder: TemporaryFolder
    let server: Program
    let port: Int

    init() async throws {
      authority = try TestAuthority()
      folder = try TemporaryFolder()
      // By name only: a certificate for the address would do for any name.
      let names = TestCertificateRequest("a test server", dnsNames: ["localhost"])
      try Self.write(authority.issue(names), in: folder)
      server = try await Program(
        [
          "serve", "--dev", "--data", "data", "--listen", "127.0.0.1:0", "--http-listen",
          "tls://127.0.0.1:0", "--tls-cert", "server.pem", "--tls-key", "server.key",
        ],
        in: folder
      )
      let line = await server.line { $0.hasPrefix("HTTP on https://127.0.0.1:") }
      port = try #require(line?.split(separator: ":").last.flatMap { Int($0) })
      try #require(await server.line { $0.hasPrefix("wardline listening on ") } != nil)
    }

    static func write(_ certificate: TestCertificate, in folder: TemporaryFolder) throws {
      try Data(certificate.keyPEM.utf8).write(to: folder.url.appending(path: "server.key"))
      try Data(certificate.certificatePEM.utf8).write(to: folder.url.appending(path: "server.pem"))
    }

    var trust: TLSConfiguration {
      get throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        let pem = try authority.pem()
        configuration.trustRoots = .certificates([
          try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
        ])
        return configuration
      }
    }

    /// What comes back for some bytes, up to the end or to a certain text.
    ///
    /// - Parameter host: for which the server must have a certificate.
    func exchange(_ text: String, host: String, until end: String? = nil) async throws -> String {
      let context = try NIOSSLContext(configuration: try trust)
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              try NIOSSLClientHandler(context: context, serverHostname: host)
            )
            return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
              wrappingChannelSynchronously: channel
            )
          }
        }
      return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: text))
        var answer = ""
        for try await part in inbound {
          answer += String(decoding: part.readableBytesView, as: UTF8.self)
          if let end, answer.contains(end) { break }
        }
        return answer
      }
    }

    /// The answer to a request of a client that connects for it.
    func get(_ path: String) async throws -> HTTPClientResponse {
      let client = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup,
        configuration: HTTPClient.Configuration(tlsConfiguration: try trust)
      )
      let outcome: Result<HTTPClientResponse, any Error>
      do {
        let request = HTTPClientRequest(url: "https://localhost:\(port)\(path)")
        let response = try await client.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 1 << 20)
        outcome = .success(response)
      } catch {
        outcome = .failure(error)
      }
      try await client.shutdown()
      return try outcome.get()
    }
  }

  @Test("requests are answered, and browsers told to stay with TLS")
  func answered() async throws {
    let served = try await Served()
    defer { served.server.signal(SIGKILL) }
    for (path, status) in [("/", 200), ("/openapi.json", 200), ("/api/me", 401), ("/none", 404)] {
      let response = try await served.get(path)
      #expect(Int(response.status.code) == status, "\(path)")
      #expect(
        response.headers.first(name: "Strict-Transport-Security") == "max-age=31536000",
        "\(path)"
      )
    }
  }

  @Test("who does not speak TLS gets nothing")
  func plain() async throws {
    let served = try await Served()
    defer { served.server.signal(SIGKILL) }
    await #expect(throws: (any Error).self) {
      let request = HTTPClientRequest(url: "http://127.0.0.1:\(served.port)/")
      return try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status
    }
  }

  @Test("a renewed certificate is taken on SIGHUP, for new connections")
  func renewal() async throws {
    let served = try await Served()
    defer { served.server.signal(SIGKILL) }
    let request = "GET /web/sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    await #expect(throws: (any Error).self) {
      try await served.exchange(request, host: "renewed.example")
    }
    let renewed = TestCertificateRequest("new", dnsNames: ["renewed.example"])
    try Served.write(served.authority.issue(renewed), in: served.folder)
    served.server.signal(SIGHUP)
    _ = await served.server.errorLine { $0.contains("certificate as it is now") }
    let answer = try await served.exchange(request, host: "renewed.example")
    #expect(answer.hasPrefix("HTTP/1.1 200 "))
  }

  @Test("a WebSocket is opened over TLS")
  func webSocket() async throws {
    let served = try await Served()
    defer { served.server.signal(SIGKILL) }
    let token = try await Program.run(["token", "amara", "--data", "data"], in: served.folder)
    let request = """
      GET /api/events/socket HTTP/1.1\r
      Host: localhost\r
      Authorization: Bearer \(token.output.joined())\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      \r

      """
    let answer = try await served.exchange(request, host: "localhost", until: "heartbeat")
    #expect(answer.hasPrefix("HTTP/1.1 101 "))
    #expect(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
  }
}
