import Foundation
import ServerProcess
import Testing

@Suite("REST, as the commissioning documents have it")
struct RESTTests {
  @Test(
    "S1.4: a script that was written from the documents alone gets what they promise",
    .timeLimit(.minutes(3))
  )
  func outsider() async throws {
    let folder = try TemporaryFolder()
    let server = try await ServerProcess(
      data: folder.url,
      arguments: ["--http-listen", "127.0.0.1:0"]
    )
    let port = try #require(server.httpPort)
    var tokens: [String] = []
    for user in ["amara", "dr-lindqvist", "noah"] {
      tokens.append(try await ServerProcess.token(of: user, data: folder.url))
    }
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "rest/outsider.py")
    let result = try await Command.run(
      Python.required(),
      [script.path, "http://\(server.host):\(port)"] + tokens
    )
    let lines = result.standardOutput.split(separator: "\n")
    for line in lines where !line.hasPrefix("PASS ") { Issue.record("\(line)") }
    #expect(lines.count == 16)
    #expect(result.status == 0)
    #expect(await server.stop() == 0)
  }
}
