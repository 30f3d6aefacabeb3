import Foundation
import ServerProcess
import Testing

@Suite("wardline bench", .timeLimit(.minutes(2)))
struct BenchCommandTests {
  private static let whoAmI = ["--service", "wardline.v1.Session", "--method", "WhoAmI"]

  private func address(in folder: TemporaryFolder) throws -> String {
    let file = folder.url.appending(path: "data/address")
    return try String(contentsOf: file, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("it prints rate and latencies of either kind of load, and JSON when asked")
  func loads() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let address = try address(in: folder)
    let token = try await Program.run(["token", "amara", "--data", "data"], in: folder)
    let bearer = try #require(token.output.first)
    let call =
      ["bench", address] + Self.whoAmI
      + ["--token", bearer, "--duration", "1", "--warm-up", "0"]
    let closed = try await Program.run(call + ["--in-flight", "4"], in: folder)
    #expect(closed.status == 0)
    #expect(closed.output.contains { $0.contains("calls/s") && $0.contains(" 0 failed") })
    let open = try await Program.run(call + ["--rate", "200", "--json"], in: folder)
    #expect(open.status == 0)
    #expect(open.output.contains { $0.contains(#""failures": 0"#) && $0.contains(#""p99.9""#) })
  }

  @Test("calls that fail are said, and the exit status tells")
  func failures() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let address = try address(in: folder)
    let call = ["bench", address] + Self.whoAmI + ["--duration", "1", "--warm-up", "0"]
    let result = try await Program.run(call, in: folder)
    #expect(result.status != 0)
    #expect(result.errors.contains { $0.contains("answered with an error") })
  }

  @Test(
    "settings out of range are refused before anything is sent",
    arguments: [
      ["--connections", "0"], ["--in-flight", "0"], ["--rate", "0"], ["--duration", "0"],
      ["--payload", "a", "--payload-bytes", "1"], ["--payload-bytes", "5000000"],
    ]
  )
  func ranges(_ setting: [String]) async throws {
    let folder = try TemporaryFolder()
    let result = try await Program.run(
      ["bench", "127.0.0.1:1"] + Self.whoAmI + setting,
      in: folder
    )
    #expect(result.status == 64)
    #expect(result.errors.contains { $0.contains(setting[0]) })
  }
}
