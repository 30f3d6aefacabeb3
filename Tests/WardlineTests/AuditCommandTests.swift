import Foundation
import ServerProcess
import Testing

@testable import wardline

@Suite("wardline audit verify", .timeLimit(.minutes(2)))
struct AuditCommandTests {
  @Test("a head reads what it writes, and nothing else is one")
  func heads() throws {
    let head = AuditHead(index: 7, hash: (0..<32).map { $0 * 8 })
    #expect(AuditHead(head.description) == head)
    for wrong in ["", "7", "7:", "x:" + String(repeating: "0", count: 64), "7:00", "-1:00"] {
      #expect(AuditHead(wrong) == nil, "\(wrong)")
    }
    #expect(AuditHead("7:" + String(repeating: "g", count: 64)) == nil)
  }

  @Test("the audit of a running server is good, and its head is there the next time")
  func running() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    for _ in 0..<3 {
      let list = try await Program.run(["list", "--as", "amara", "--data", "data"], in: folder)
      #expect(list.status == 0)
    }
    let first = try await Program.run(["audit", "verify", "--data", "data"], in: folder)
    #expect(first.status == 0)
    let head = try #require(first.output.first { $0.hasPrefix("head ") }).dropFirst(5)
    #expect(first.output.contains { $0.hasSuffix("records are as they were written") })
    server.signal(SIGTERM)
    #expect(await server.end().status == 0)
    let again = try await Program.run(
      ["audit", "verify", "--data", "data", "--head", String(head)],
      in: folder
    )
    #expect(again.status == 0)
    let wrong = head.prefix { $0 != ":" } + ":" + String(repeating: "0", count: 64)
    let bad = try await Program.run(
      ["audit", "verify", "--data", "data", "--head", String(wrong)],
      in: folder
    )
    #expect(bad.status == 1)
    #expect(bad.errors.contains { $0.contains("does not follow") })
  }

  @Test("a folder without a database is told so")
  func nothing() async throws {
    let folder = try TemporaryFolder()
    let result = try await Program.run(["audit", "verify", "--data", "none"], in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains { $0.contains("cannot be read") })
  }
}
