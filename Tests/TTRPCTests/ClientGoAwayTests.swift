import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("A client whose server goes away, or is gone")
struct ClientGoAwayTests {
  @Test("what runs ends well, what comes later was never sent, and then the connection closes")
  func goAway() async throws {
    try await RawServer.with(.agrees(window: 0)) { server, client in
      async let served = client.call("Served")
      let last = try await server.request("Served")
      let unserved = Task { try await client.call("Unserved") }
      _ = try await server.request("Unserved")
      #expect(client.isAcceptingCalls && client.state == .active)
      #expect(client.openStreamCount == 2)
      try await server.send(.goAway(last: last, retryAfterMilliseconds: 250))
      let unservedError = await #expect(throws: RPCError.self) { try await unserved.value }
      #expect(unservedError?.code == .unavailable && unservedError?.isUnprocessed == true)
      #expect(client.state == .goingAway(retryAfter: .milliseconds(250)))
      #expect(!client.isAcceptingCalls && client.isActive)
      let late = await #expect(throws: RPCError.self) { try await client.call("Late") }
      #expect(late?.code == .unavailable && late?.isUnprocessed == true)
      let stream = try await client.both("Late stream") { _ in await untilCancelled() }
      let lateStream = await #expect(throws: RPCError.self) { try await stream.texts() }
      #expect(lateStream?.isUnprocessed == true)
      try await server.send(.response(last, ByteBuffer(string: "served")))
      #expect(try await served.text == "served")
      await client.waitUntilClosed()
      #expect(client.state == .closed && client.openStreamCount == 0)
      #expect(!server.frames.contains { $0.method?.hasPrefix("Late") == true })
    }
  }

  @Test("a second goaway may only take more back")
  func twice() async throws {
    try await RawServer.with(.agrees(window: 0)) { server, client in
      async let first = client.call("First")
      let firstID = try await server.request("First")
      let second = Task { try await client.call("Second") }
      let secondID = try await server.request("Second")
      try await server.send(
        .goAway(last: secondID),
        .goAway(last: secondID + 100),
        .goAway(last: firstID)
      )
      let error = await #expect(throws: RPCError.self) { try await second.value }
      #expect(error?.isUnprocessed == true)
      try await server.send(.response(firstID, ByteBuffer()))
      _ = try await first
      await client.waitUntilClosed()
    }
  }

  @Test("those who watch hear of each state once, in order")
  func states() async throws {
    try await RawServer.with(.agrees(window: 0)) { server, client in
      let changes = client.stateChanges
      try await ClientExtensionTests.settleNegotiation(server, client)
      async let call = client.call("Call")
      let id = try await server.request("Call")
      try await server.send(.goAway(last: id), .goAway(last: id))
      try await server.send(.response(id, ByteBuffer()))
      _ = try await call
      var seen: [ClientConnection.State] = []
      for await state in changes { seen.append(state) }
      #expect(seen == [.active, .goingAway(retryAfter: .zero), .closed])
      var late: [ClientConnection.State] = []
      for await state in client.stateChanges { late.append(state) }
      #expect(late == [.closed])
    }
  }

  @Test("a lost connection: a call that was sent may have been carried out, a later one was not")
  func lost() async throws {
    try await RawServer.with { server, client in
      let sent = Task { try await client.call("Sent") }
      _ = try await server.request("Sent")
      try await server.close()
      let error = await #expect(throws: RPCError.self) { try await sent.value }
      #expect(error?.code == .unavailable && error?.isUnprocessed == false)
      await client.waitUntilClosed()
      let late = await #expect(throws: RPCError.self) { try await client.call("Late") }
      #expect(late?.code == .unavailable && late?.isUnprocessed == true)
      #expect(client.state == .closed && !client.isAcceptingCalls)
    }
  }

  @Test("a ping is answered with its own bytes, and the answer to one of ours is not")
  func ping() async throws {
    try await RawServer.with(.agrees(window: 0)) { server, client in
      try await ClientExtensionTests.settleNegotiation(server, client)
      let bytes = ByteBuffer(string: "12345678")
      try await server.send(
        .frame(0, .ping, [], bytes),
        .frame(0, .ping, .acknowledgement, bytes)
      )
      // The first call may have left before the pings came; what it was answered with came behind them.
      try await ClientExtensionTests.passTime(server, client, "Echo")
      try await ClientExtensionTests.passTime(server, client, "Again")
      let answers = server.frames.filter { $0.header.type == .ping }
      #expect(answers.map(\.header.flags) == [.acknowledgement])
      #expect(answers.map(\.data) == [bytes])
    }
  }

  @Test("a server that does not answer pings is given up, and one that does is not")
  func keepalive() async throws {
    var configuration = ClientConfiguration.patient
    configuration.keepaliveInterval = .milliseconds(5)
    configuration.keepaliveTimeout = .seconds(20)
    try await RawServer.with(.agrees(window: 0), configuration: configuration) { server, client in
      for count in 1...3 {
        try await eventually("a ping") {
          server.frames.filter { $0.header.type == .ping }.count == count
        }
        let ping = try #require(server.frames.last { $0.header.type == .ping })
        #expect(ping.header.streamID == .connection && ping.data.readableBytes == 8)
        try await server.send(.frame(0, .ping, .acknowledgement, ping.data))
      }
      #expect(client.isActive)
    }
    configuration.keepaliveTimeout = .seconds(1)
    try await RawServer.with(.agrees(window: 0), configuration: configuration) { server, client in
      let call = await #expect(throws: RPCError.self) { try await client.call("Call") }
      #expect(call?.code == .unavailable)
      await client.waitUntilClosed()
    }
  }

  @Test("a server that has not agreed is not pinged")
  func plainKeepalive() async throws {
    var configuration = ClientConfiguration.patient
    configuration.keepaliveInterval = .nanoseconds(1)
    configuration.keepaliveTimeout = .nanoseconds(1)
    try await RawServer.with(configuration: configuration) { server, client in
      for number in 0..<10 {
        try await ClientExtensionTests.passTime(server, client, "Echo \(number)")
      }
      #expect(!server.frames.contains { $0.header.type == .ping })
    }
  }
}
