import Foundation
import ServerProcess
import TestCertificates
import Testing

@Suite("wardline over TLS and Unix sockets", .timeLimit(.minutes(2)))
struct ServeTLSTests {
  /// The files of a server and a client of one authority, in the folder of a test.
  private struct Files {
    let authority: TestAuthority
    let folder: TemporaryFolder

    init() throws {
      authority = try TestAuthority()
      folder = try TemporaryFolder()
      try write(authority.pem(), "ca.pem")
      try write(authority.issue(.localhost), "server")
      let lab = TestCertificateRequest("Lab", uris: ["spiffe://clinic/lab"])
      try write(authority.issue(lab), "lab")
      try write(authority.issue(TestCertificateRequest("Other")), "other")
    }

    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: folder.url.appending(path: name), options: .atomic)
    }

    func write(_ certificate: TestCertificate, _ name: String) throws {
      try write(certificate.keyPEM, "\(name).key")
      try write(certificate.certificatePEM, "\(name).pem")
    }

    func serve(_ arguments: [String]) async throws -> Program {
      let server = try await Program(["serve", "--dev", "--data", "data"] + arguments, in: folder)
      try #require(await server.line { $0.hasPrefix("wardline listening on ") } != nil)
      return server
    }

    func run(_ arguments: String...) async throws -> Program.Result {
      try await Program.run(arguments + ["--data", "data"], in: folder)
    }
  }

  private static let tls = [
    "--listen", "tls://127.0.0.1:0", "--tls-cert", "server.pem", "--tls-key", "server.key",
  ]

  @Test("a command reaches the server with its authority, and not without, nor in plain text")
  func commands() async throws {
    let files = try Files()
    let server = try await files.serve(Self.tls)
    defer { server.signal(SIGKILL) }
    let good = try await files.run("list", "--as", "amara", "--tls-ca", "ca.pem")
    #expect(good.status == 0)
    let unknown = try await files.run("list", "--as", "amara")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains { $0.contains("not of an issuer that is trusted") })
    let address = try String(contentsOfFile: files.folder.path("data/address"), encoding: .utf8)
    let plain = String(address.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(6))
    let wrong = ["list", "--as", "amara", "--address", plain]
    let contradiction = try await Program.run(
      wrong + ["--data", "data", "--tls-ca", "ca.pem"],
      in: files.folder
    )
    #expect(contradiction.status == 64)
    #expect(contradiction.errors.contains { $0.contains("not encrypted") })
    #expect(try await Program.run(wrong + ["--data", "data"], in: files.folder).status == 2)
  }

  @Test("a client certificate that is mapped is somebody, another one nobody, a token comes first")
  func clientCertificates() async throws {
    let files = try Files()
    let identity = [
      "--tls-client-ca", "ca.pem", "--identity", "uri:spiffe://clinic/lab=lab:service",
    ]
    let server = try await files.serve(Self.tls + identity)
    defer { server.signal(SIGKILL) }
    func whoAmI(_ certificate: String, _ more: String...) async throws -> Program.Result {
      let arguments = ["call", "Session/WhoAmI", "--data", "data", "--tls-ca", "ca.pem"]
      let shown = ["--tls-cert", "\(certificate).pem", "--tls-key", "\(certificate).key"]
      return try await Program.run(arguments + shown + more, in: files.folder)
    }
    let lab = try await whoAmI("lab")
    #expect(lab.status == 0)
    #expect(lab.output.contains { $0.contains(#""lab""#) })
    let other = try await whoAmI("other")
    #expect(other.status == 1)
    #expect(other.errors.contains { $0.contains("UNAUTHENTICATED") })
    let token = try await whoAmI("lab", "--as", "amara")
    #expect(token.output.contains { $0.contains(#""amara""#) })
  }

  @Test("a Unix user that is mapped is somebody")
  func unixUser() async throws {
    let files = try Files()
    let identity = "uid:\(getuid())=clinic-admin:admin"
    let server = try await files.serve(["--listen", "unix:s", "--identity", identity])
    defer { server.signal(SIGKILL) }
    let me = try await files.run("call", "Session/WhoAmI", "--address", "unix:s")
    #expect(me.output.contains { $0.contains(#""clinic-admin""#) })
    let attributes = try FileManager.default.attributesOfItem(atPath: files.folder.path("s"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("SIGHUP takes a new certificate at once; a bad one is logged and changes nothing")
  func reload() async throws {
    let files = try Files()
    let server = try await files.serve(Self.tls)
    defer { server.signal(SIGKILL) }
    try files.write("CANARY", "server.key")
    server.signal(SIGHUP)
    let warning = await server.errorLine { $0.contains("stays as it was") }
    #expect(warning?.contains("server.key") == true)
    #expect(warning?.contains("CANARY") == false)
    #expect(try await files.run("list", "--as", "amara", "--tls-ca", "ca.pem").status == 0)
    let renewed = TestCertificateRequest("new", dnsNames: ["renewed.example"])
    try files.write(files.authority.issue(renewed), "server")
    server.signal(SIGHUP)
    _ = await server.errorLine { $0.contains("certificate as it is now") }
    let new = try await files.run(
      "list",
      "--as",
      "amara",
      "--tls-ca",
      "ca.pem",
      "--server-name",
      "renewed.example"
    )
    #expect(new.status == 0)
  }

  @Test("files that cannot be used keep the server from starting, in words that name them")
  func badFiles() async throws {
    let files = try Files()
    try files.write(files.authority.issue(.localhost).keyPEM, "server.key")
    let result = try await Program.run(
      ["serve", "--dev", "--data", "data"] + Self.tls,
      in: files.folder
    )
    #expect(result.status == 1)
    #expect(result.errors.contains { $0.contains("server.key") && $0.contains("server.pem") })
  }
}
