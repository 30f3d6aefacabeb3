import Foundation
import ServerProcess
import Testing

@Suite("Signals to wardline serve", .timeLimit(.minutes(2)))
struct SignalTests {
  /// A server with a subscription, which goes on until it is told to end.
  private func servingSubscriber(
    _ folder: TemporaryFolder
  ) async throws -> (server: Program, subscriber: Program) {
    let server = try await folder.serve()
    let subscriber = try await Program(
      ["call", "Events/Subscribe", "--as", "amara", "--data", "data"],
      in: folder
    )
    try #require(await subscriber.line { _ in true } != nil)
    return (server, subscriber)
  }

  @Test("one ends it in good order, with status 0", arguments: [SIGTERM, SIGINT])
  func first(signal: Int32) async throws {
    let folder = try TemporaryFolder()
    let (server, subscriber) = try await servingSubscriber(folder)
    server.signal(signal)
    #expect(await server.end().status == 0)
    _ = await subscriber.end()
  }

  @Test("a second one ends it at once, with the status of a process that was ended by it")
  func second() async throws {
    let folder = try TemporaryFolder()
    let (server, subscriber) = try await servingSubscriber(folder)
    // Both wait for it to go on, and then come together.
    server.signal(SIGSTOP)
    server.signal(SIGTERM)
    server.signal(SIGINT)
    server.signal(SIGCONT)
    let status = await server.end().status
    #expect(status == 128 + SIGTERM || status == 128 + SIGINT)
    _ = await subscriber.end()
    // What was acknowledged is there, and so is a server again.
    let again = try await folder.serve()
    again.signal(SIGTERM)
    #expect(await again.end().status == 0)
  }

  @Test("SIGHUP does not end it")
  func hangUp() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    server.signal(SIGHUP)
    let list = try await Program.run(["list", "--as", "amara", "--data", "data"], in: folder)
    #expect(list.status == 0)
    server.signal(SIGTERM)
    #expect(await server.end().status == 0)
  }
}
