import RPC
import Synchronization
import Testing
import WardlineAPI
import WardlineClient

@Suite("The link to a server")
struct ServerLinkTests {
  @Test("callers that come together share one connection")
  func shared() async throws {
    let opened = Atomic(0)
    let server = StandInServer([])
    let link = ServerLink {
      opened.add(1, ordering: .relaxed)
      return try await server.link.connection()
    }
    try await withThrowingTaskGroup { group in
      for _ in 0..<20 { group.addTask { _ = try await link.connection() } }
      try await group.waitForAll()
    }
    #expect(opened.load(ordering: .relaxed) == 1)
  }

  @Test("a lost connection is replaced by the next call")
  func replaced() async throws {
    let opened = Atomic(0)
    let server = StandInServer([])
    let link = ServerLink {
      opened.add(1, ordering: .relaxed)
      return try await server.link.connection()
    }
    try await link.connection().close()
    #expect(try await link.connection().isActive)
    #expect(opened.load(ordering: .relaxed) == 2)
  }

  @Test("a closed link makes no calls")
  func closed() async throws {
    let server = StandInServer([])
    let link = server.link
    _ = try await link.connection()
    await link.close()
    #expect(server.closed == 1)
    await #expect(throws: RPCError.self) {
      try await EventsClient(link).subscribe(SubscribeRequest())
    }
  }
}
