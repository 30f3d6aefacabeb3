import Foundation
import Interop
import ServerProcess
import Testing

@Suite("The interop cases")
struct InteropTests {
  @Test(
    "pass between the two, and the server drains",
    .timeLimit(.minutes(3)),
    arguments: InteropPair.all
  )
  func pass(_ pair: InteropPair) async throws {
    let server = try await pair.server.startServer(extensions: pair.extensions)
    let names = pair.cases.map(\.rawValue)
    let result = try await pair.client.run(
      names,
      at: server.address,
      extensions: pair.extensions,
      server: pair.server
    )
    let lines = result.standardOutput.split(separator: "\n")
    for line in lines where !line.hasPrefix("PASS ") { Issue.record("\(line)") }
    #expect(lines.filter { $0.hasPrefix("PASS ") } == names.map { "PASS \($0)" })
    #expect(result.status == 0)
    // Else it would be waited for in vain.
    if result.status != 0 { await server.killAtOnce() }
    #expect(await server.waitForExit() == 0, "the server's own verdict")
  }

  @Test("that run and that cannot are those of docs/conformance.md")
  func table() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../docs/conformance.md").standardized
    print(ConformanceTable.text)
    let text = try String(contentsOf: page, encoding: .utf8)
    #expect(text.contains(ConformanceTable.text), "copy the table above into docs/conformance.md")
  }
}
