import NIOCore
import RPC
import ServerEngine
import Testing

@testable import TTRPC

@Suite("The connections of each user")
struct UserConnectionsTests {
  /// Says who the caller is by the metadata of the call.
  private static let methods: [ServerMethod] = [
    .unary(
      "Claim",
      .inline { _, context in
        try context.connection.claim(for: context.metadata.first("user") ?? "")
        return Bytes()
      }
    )
  ]

  private func test(includingLoopback: Bool = false) throws -> ServerOnTestLoop {
    var configuration = ServerConfiguration()
    configuration.connectionsPerUserMax = 2
    configuration.perAddressLimitsIncludeLoopback = includingLoopback
    return try ServerOnTestLoop(Self.methods, configuration)
  }

  private func claim(_ peer: PeerOnTestLoop, _ user: String, _ id: UInt32) -> Bool {
    peer.send(RequestBytes(method: "Claim", metadata: [("user", user)]).frame(id))
    return peer.isServed(id)
  }

  @Test("one more than allowed is refused wherever it comes from, until another has closed")
  func count() throws {
    let test = try test()
    let peers = try ["192.0.2.1", "192.0.2.2", "2001:db8::1"].map { try test.peer(from: $0) }
    #expect(claim(peers[0], "a", 1) && claim(peers[1], "a", 1) && !claim(peers[2], "a", 1))
    #expect(peers[2].code(1) == .resourceExhausted && peers[2].isOpen)
    peers[0].close()
    #expect(claim(peers[2], "a", 3))
    #expect(try test.count(.connectionsPerUser) == 1)
  }

  @Test("a connection counts once and for its first user, however many call on it")
  func once() throws {
    let test = try test()
    let (shared, second, third) = (try test.peer(), try test.peer(), try test.peer())
    for id: UInt32 in [1, 3, 5] { #expect(claim(shared, "a", id)) }
    #expect(claim(shared, "b", 7))
    #expect(claim(second, "b", 1) && claim(third, "b", 1))
    #expect(test.server.users.userCount == 2)
    for peer in [shared, second, third] { peer.close() }
    #expect(test.server.users.userCount == 0)
  }

  @Test("connections of this machine count only when that is asked for")
  func loopback() throws {
    for isCounted in [false, true] {
      let test = try test(includingLoopback: isCounted)
      let peers = try (0..<3).map { _ in try test.peer(from: "127.0.0.1") }
      let served = peers.filter { claim($0, "a", 1) }
      #expect(served.count == (isCounted ? 2 : 3))
    }
  }
}
