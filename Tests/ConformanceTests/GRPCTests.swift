import Foundation
import ServerProcess
import TestCertificates
import Testing

@Suite("grpcio, the gRPC of others")
struct GRPCTests {
  @Test("makes every kind of call and ends it in every way", .timeLimit(.minutes(3)))
  func interop() async throws {
    let python = try await BuiltPeer.grpcio.executable()
    let server = try await ListeningProcess(ServerExecutable.url("interop-server"), ["grpc"])
    let result = try await Command.run(
      python,
      [Self.script("interop_cases.py").path, server.address]
    )
    try await check(result, passes: 17)
    // Else it would be waited for in vain.
    if result.status != 0 { await server.killAtOnce() }
    #expect(await server.waitForExit() == 0, "the server's own verdict")
  }

  @Test(
    "finds out by reflection how to talk to a whole server, and does, in plain text and over TLS",
    .timeLimit(.minutes(3)),
    arguments: [false, true]
  )
  func chat(isEncrypted: Bool) async throws {
    let python = try await BuiltPeer.grpcio.executable()
    let folder = try TemporaryFolder()
    let encrypted = isEncrypted ? try Self.certificate(in: folder.url) : []
    let server = try await ServerProcess(
      data: folder.url.appending(path: "data"),
      arguments: ["--grpc-listen", (isEncrypted ? "tls://" : "") + "127.0.0.1:0"] + encrypted
    )
    let port = try #require(server.grpcPort)
    let tokens = [
      try await ServerProcess.token(of: "amara", data: folder.url.appending(path: "data")),
      try await ServerProcess.token(
        of: "dr-lindqvist",
        data: folder.url.appending(path: "data")
      ),
    ]
    let result = try await Command.run(
      python,
      [Self.script("chat_cases.py").path, "\(isEncrypted ? "localhost" : server.host):\(port)"]
        + tokens
        + (isEncrypted ? [folder.url.appending(path: "ca.pem").path] : [])
    )
    try await check(result, passes: 5)
    #expect(await server.stop() == 0)
  }

  /// It speaks the Connect protocol if nobody says otherwise, and knows no file of ours.
  @Test(
    "buf curl makes calls with nothing but the address",
    .timeLimit(.minutes(3)),
    arguments: [[], ["--protocol", "grpc"], ["--protocol", "grpcweb"]]
  )
  func bufCurl(speaks: [String]) async throws {
    let buf = try await BuiltPeer.grpcio.executable().deletingLastPathComponent()
      .appending(path: "buf")
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    let server = try await ServerProcess(data: data, arguments: ["--grpc-listen", "127.0.0.1:0"])
    let address = "http://\(server.host):\(try #require(server.grpcPort))"
    let token = try await ServerProcess.token(of: "amara", data: data)
    let signedIn = ["-H", "authorization: Bearer \(token)"]

    let services = try await Command.run(buf, ["curl", "--list-services", address])
    #expect(services.standardOutput.contains("wardline.v1.Messages\n"))

    let answer = try await Command.run(
      buf,
      ["curl"] + speaks + signedIn + ["\(address)/wardline.v1.Session/WhoAmI"]
    )
    #expect(answer.status == 0)
    #expect(answer.standardOutput.contains(#""userId": "amara""#))

    // Its exit code is eight times the status.
    let refused = try await Command.run(
      buf,
      ["curl"] + speaks + ["\(address)/wardline.v1.Session/WhoAmI"]
    )
    #expect(refused.status == 16 * 8)
    #expect(await server.stop() == 0)
  }

  /// Writes an authority and a certificate of it.
  ///
  /// - Returns: the arguments with which a server uses them.
  private static func certificate(in folder: URL) throws -> [String] {
    let authority = try TestAuthority()
    let certificate = try authority.issue(.localhost)
    let files = [
      ("ca.pem", try authority.pem()), ("server.pem", certificate.certificatePEM),
      ("server.key", certificate.keyPEM),
    ]
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
    }
    return [
      "--tls-cert", folder.appending(path: "server.pem").path,
      "--tls-key", folder.appending(path: "server.key").path,
    ]
  }

  private func check(_ result: Command.Result, passes: Int) async throws {
    let lines = result.standardOutput.split(separator: "\n")
    for line in lines where !line.hasPrefix("PASS ") { Issue.record("\(line)") }
    #expect(lines.count { $0.hasPrefix("PASS ") } == passes)
    #expect(result.status == 0)
  }

  private static func script(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "grpc/\(name)")
  }
}
