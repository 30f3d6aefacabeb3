import Foundation
import ServerProcess
import Testing

@Suite("wardline verify", .timeLimit(.minutes(2)))
struct VerifyCommandTests {
  @Test("finds nothing beside a running server, and the message whose letter was changed later")
  func changed() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    let sent = try await Program.run(
      ["send", "--as", "amara", "--to", "dr-lindqvist", "--data", "data", "verify-me"],
      in: folder
    )
    #expect(sent.status == 0)
    let sound = try await Program.run(["verify", "--data", "data"], in: folder)
    #expect(sound.status == 0)
    #expect(sound.output.contains { $0.hasPrefix("1 messages") })
    server.signal(SIGTERM)
    #expect(await server.end().status == 0)
    let database = folder.url.appending(path: "data/wardline.sqlite")
    var bytes = try Data(contentsOf: database)
    let place = try #require(bytes.range(of: Data("verify-me".utf8)))
    bytes[place.lowerBound] ^= 1
    try bytes.write(to: database)
    let damaged = try await Program.run(["verify", "--data", "data"], in: folder)
    #expect(damaged.status == 1)
    #expect(damaged.errors.contains { $0.contains("is not as it was written") })
  }
}
