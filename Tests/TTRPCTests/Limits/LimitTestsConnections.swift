import NIOCore
import RPC
import TTRPC
import Testing

@Suite("Limits of how many connect")
struct ConnectionLimitTests {
  private static let echo: [ServerMethod] = [.unary("Echo", .inline { request, _ in request })]

  @Test("one connection more than allowed waits until another has gone, and is served then")
  func connections() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsMax = 2
    try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let one = try await test.client()
      let two = try await test.client()
      #expect(try await one.call("Echo", "1").text == "1")
      #expect(try await two.call("Echo", "2").text == "2")
      let peers = try await Self.callers(5, test)
      #expect(try await one.call("Echo", "3").text == "3")
      #expect(test.server.connectionCount == 2)
      #expect(peers.allSatisfy { $0.isActive && $0.frames.isEmpty })
      await one.close()
      try await eventually("one is served") { peers.contains { !$0.frames.isEmpty } }
      #expect(peers.filter { !$0.frames.isEmpty }.count == 1)
      await two.close()
      // Each that is served makes room for the next.
      for count in 2...5 {
        try await eventually("\(count) are served") {
          peers.filter { !$0.frames.isEmpty }.count >= count
        }
        for peer in peers where !peer.frames.isEmpty && peer.isActive { try await peer.close() }
      }
      for peer in peers where peer.isActive { try await peer.close() }
    }
  }

  @Test("the limit is one for all addresses that a server listens on")
  func severalListeners() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsMax = 1
    try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let second = try await test.server.listen(on: .temporarySocket())
      let one = try await test.client()
      #expect(try await one.call("Echo", "1").text == "1")
      let peer = try await RawPeer(to: second)
      try await peer.send(RequestBytes(method: "Echo").frame(1))
      #expect(try await one.call("Echo", "2").text == "2")
      #expect(peer.frames.isEmpty)
      await one.close()
      _ = try await peer.frames(of: 1)
      try await peer.close()
    }
  }

  @Test("those that wait are let go when the server stops")
  func shutdown() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsMax = 1
    let peers = try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let one = try await test.client()
      #expect(try await one.call("Echo", "1").text == "1")
      return try await Self.callers(3, test)
    }
    try await eventually("all are closed") { peers.allSatisfy { !$0.isActive } }
  }

  @Test("as many from one address as allowed are served, one more is closed")
  func perAddress() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsPerAddressMax = 3
    configuration.perAddressLimitsIncludeLoopback = true
    try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let peers = try await Self.callers(3, test)
      for peer in peers { _ = try await peer.frames(of: 1) }
      let fourth = try await test.peer()
      try await eventually("it was closed") { !fourth.isActive }
      try await peers[0].close()
      try await eventually("one has gone") { test.server.connectionCount == 2 }
      let fifth = try await Self.callers(1, test)
      _ = try await fifth[0].frames(of: 1)
      for peer in peers.dropFirst() + fifth { try await peer.close() }
    }
  }

  @Test("so many new ones from one address at once are served, one more is closed")
  func perSecond() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsPerAddressPerSecond = 4
    configuration.perAddressLimitsIncludeLoopback = true
    try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let peers = try await Self.callers(4, test)
      for peer in peers { _ = try await peer.frames(of: 1) }
      // Some of the budget may have come back meanwhile, four a second at most.
      let more = try await Self.connections(60, test)
      try await eventually("one was closed") { more.contains { !$0.isActive } }
      for peer in peers + more where peer.isActive { try? await peer.close() }
    }
  }

  @Test("connections of this machine and over Unix sockets do not count for their address")
  func loopback() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsPerAddressMax = 1
    configuration.connectionsPerAddressPerSecond = 1
    for address in [ServiceAddress.tcp(host: "127.0.0.1", port: 0), .temporarySocket()] {
      try await ServerUnderTest.with(Self.echo, configuration: configuration, at: address) { test in
        let peers = try await Self.callers(5, test)
        for peer in peers { _ = try await peer.frames(of: 1) }
        for peer in peers { try await peer.close() }
      }
    }
  }

  private static func connections(_ count: Int, _ test: ServerUnderTest) async throws -> [RawPeer] {
    var peers: [RawPeer] = []
    for _ in 0..<count { peers.append(try await test.peer()) }
    return peers
  }

  /// Peers that have each made a call.
  private static func callers(_ count: Int, _ test: ServerUnderTest) async throws -> [RawPeer] {
    let peers = try await connections(count, test)
    for peer in peers { try await peer.send(RequestBytes(method: "Echo").frame(1)) }
    return peers
  }
}
