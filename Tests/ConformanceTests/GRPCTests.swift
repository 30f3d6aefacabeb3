import Foundation
import ServerProcess
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

  @Test("finds out by reflection how to talk to a whole server, and does", .timeLimit(.minutes(3)))
  func chat() async throws {
    let python = try await BuiltPeer.grpcio.executable()
    let folder = try TemporaryFolder()
    let server = try await ServerProcess(
      data: folder.url,
      arguments: ["--grpc-listen", "127.0.0.1:0"]
    )
    let port = try #require(server.grpcPort)
    let tokens = [
      try await ServerProcess.token(of: "amara", data: folder.url),
      try await ServerProcess.token(of: "dr-lindqvist", data: folder.url),
    ]
    let result = try await Command.run(
      python,
      [Self.script("chat_cases.py").path, "\(server.host):\(port)"] + tokens
    )
    try await check(result, passes: 4)
    #expect(await server.stop() == 0)
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
