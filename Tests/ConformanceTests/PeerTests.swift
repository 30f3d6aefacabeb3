import Foundation
import ServerProcess
import Testing

@Suite("A client that was written from the protocol's text alone")
struct PeerTests {
  @Test(
    "gets right answers to calls and to every row of the bad-input table",
    .timeLimit(.minutes(5))
  )
  func everyCase() async throws {
    let python = try await Python.required()
    let folder = try TemporaryFolder()
    let server = try await ServerProcess(data: folder.url)
    let token = try await ServerProcess.token(of: "amara", data: folder.url)
    let result = try await Command.run(
      python,
      [
        Python.script("bad_input.py").path, "\(server.host):\(server.port)", token,
        "--recipient", "dr-lindqvist", "--pid", "\(server.pid)",
      ]
    )
    let lines = result.standardOutput.split(separator: "\n")
    for line in lines where line.hasPrefix("FAIL") { Issue.record("\(line)") }
    #expect(lines.count { $0.hasPrefix("PASS") } > 0, "\(result.standardOutput)")
    #expect(result.status == 0, "\(lines.last ?? "it said nothing")")
    #expect(server.isRunning)
  }

  @Test(
    "has a case for every row of the table",
    arguments: [
      "data longer than the limit", "even or zero stream id", "stream id not above the last one",
      "Data for a stream that has ended", "Data for a stream never opened",
      "Data after remote closed", "Data on a running unary call", "Response from a client",
      "Request that does not decode", "payload that does not decode", "not UTF-8 or holds U+0000",
      "service or method unknown", "unknown frame type", "more running handlers than allowed",
      "more than 64 metadata entries", "more than 8 KiB of metadata",
      "decoding needs more memory than the budget", "a message field longer than its limit",
      "first byte not 0", "peer never completes a frame", "more than 100 violations",
    ]
  )
  func rowHasCase(row: String) async throws {
    let python = try await Python.required()
    let result = try await Command.run(
      python,
      [Python.script("bad_input.py").path, "host:1", "token", "--list", "--only", row]
    )
    #expect(result.status == 0)
    #expect(result.standardOutput.contains(row))
  }
}
