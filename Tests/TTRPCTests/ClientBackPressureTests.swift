import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("A client whose server or whose readers are slow")
struct ClientBackPressureTests {
  @Test("while the server does not read, writers wait, and every caller keeps its deadline")
  func serverDoesNotRead() async throws {
    try await RawServer.with { server, client in
      try await ClientExtensionTests.settleNegotiation(server, client)
      try await server.setReading(false)
      let written = Counter()
      let upload = Task {
        try await client.upload("Upload") { writer in
          while true {
            try await writer.write(Bytes(count: 64 << 10))
            written.add()
          }
        }
      }
      let stopped = try await settled { written.value }
      #expect(stopped < 3000, "what the sockets hold is the system's affair")
      let options = CallOptions(timeout: .milliseconds(20))
      for _ in 0..<100 {
        let error = await #expect(throws: RPCError.self) {
          try await client.call("Late", Bytes(count: 100 << 10), options)
        }
        #expect(error?.code == .deadlineExceeded)
      }
      let cancelled = Task { try await client.call("Cancelled") }
      cancelled.cancel()
      let error = await #expect(throws: RPCError.self) { try await cancelled.value }
      #expect(error?.code == .cancelled)
      #expect(client.openStreamCount == 1)
      upload.cancel()
      await #expect(throws: RPCError.self) { try await upload.value }
      try await server.setReading(true)
      try await ClientExtensionTests.passTime(server, client, "Echo")
      let sent = server.frames.filter { $0.method == "Late" }.count
      #expect(sent < 100, "what was given up while it waited was never sent")
    }
  }

  @Test("two calls that stream much at the same time both get on")
  func fairness() async throws {
    try await RawServer.with { server, client in
      let done = Gate()
      let writers = (0..<2).map { number in
        Task {
          try await client.upload("Upload \(number)") { writer in
            for _ in 0..<200 { try await writer.write(Bytes(count: 32 << 10)) }
            await done.pass()
          }
        }
      }
      for number in 0..<2 {
        let id = try await server.request("Upload \(number)")
        try await server.frames(of: id, count: 201)
        try await server.send(.response(id, ByteBuffer()))
      }
      done.open()
      for writer in writers { _ = try await writer.value }
    }
  }

  @Test("a plain server's stream that nobody reads is ended, and the others go on")
  func stalled() async throws {
    var configuration = ClientConfiguration.patient
    configuration.stallTimeout = .milliseconds(50)
    try await RawServer.with(configuration: configuration) { server, client in
      try await ClientExtensionTests.settleNegotiation(server, client)
      let stream = try await client.stream("Stream")
      let id = try await server.request("Stream")
      let message = ByteBuffer(repeating: 1, count: 64 << 10)
      let flood = Task {
        for _ in 0..<200 { try await server.send(.frame(id, .data, [], message)) }
      }
      try await ClientExtensionTests.passTime(server, client, "Echo")
      try await flood.value
      try await ClientExtensionTests.passTime(server, client, "Echo again")
      var received = 0
      let error = await #expect(throws: RPCError.self) {
        for try await _ in stream { received += 1 }
      }
      #expect(error?.code == .resourceExhausted)
      #expect(received > 3 && received < 100, "what had been queued comes first")
    }
  }

  @Test("a plain server's stream that is read slowly, but read, is whole")
  func slow() async throws {
    var configuration = ClientConfiguration.patient
    configuration.stallTimeout = .seconds(5)
    configuration.streamInboundBytesMax = 1000
    try await RawServer.with(configuration: configuration) { server, client in
      let stream = try await client.stream("Stream")
      let id = try await server.request("Stream")
      let flood = Task {
        for number in 0..<500 { try await server.send(.data(id, "\(number)")) }
        try await server.send(.endOfStream(id))
      }
      var expected = 0
      for try await message in stream {
        #expect(message.text == "\(expected)")
        expected += 1
        await Task.yield()
      }
      #expect(expected == 500)
      try await flood.value
    }
  }

  /// Returns once a number has stopped growing, as far as one can see in half a second.
  private func settled(_ number: @escaping @Sendable () -> Int) async throws -> Int {
    let last = Box((value: -1, looks: 0))
    try await eventually("it stops") {
      let now = number()
      last.change { $0 = $0.value == now ? (now, $0.looks + 1) : (now, 0) }
      return now > 0 && last.value.looks > 150
    }
    return number()
  }
}
