import Foundation
import ServerProcess
import Testing

@Suite("wardline serve", .timeLimit(.minutes(2)))
struct ServeTests {
  @Test("without --keys and --dev it refuses and says what to give")
  func noKeys() async throws {
    let result = try await Program.run(["serve"], in: TemporaryFolder())
    #expect(result.status == 64)
    #expect(result.errors.contains { $0.contains("--keys FILE") && $0.contains("--dev") })
  }

  @Test("--dev refuses to listen where others could reach it", arguments: ["0.0.0.0:0", "[::]:0"])
  func notLoopback(address: String) async throws {
    let result = try await Program.run(
      ["serve", "--dev", "--listen", address],
      in: TemporaryFolder()
    )
    #expect(result.status == 64)
    #expect(result.errors.contains { $0.contains("loopback only") })
  }

  @Test("a second server on the same folder is refused, and the first one lives on")
  func secondServer() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    let second = ["serve", "--dev", "--data", "data", "--listen", "127.0.0.1:0"]
    let result = try await Program.run(second, in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains { $0.contains("another server is using") })
    let list = try await Program.run(["list", "--as", "amara", "--data", "data"], in: folder)
    #expect(list.status == 0)
    server.signal(SIGTERM)
    #expect(await server.end().status == 0)
  }
}
