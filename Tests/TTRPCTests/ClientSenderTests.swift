import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Streams of the client, frame by frame")
struct ClientSenderTests {
  @Test("a client stream is a Request that is open, Data, and a close of its own")
  func clientStream() async throws {
    try await RawServer.with { server, client in
      async let answer = client.upload("Upload") { writer in
        for text: Bytes in ["a", "", "b"] { try await writer.write(text) }
      }
      let id = try await server.request("Upload")
      let frames = try await server.frames(of: id, count: 5)
      #expect(frames.map(\.header.type) == [.request, .data, .data, .data, .data])
      #expect(frames.map(\.header.flags.rawValue) == [2, 0, 0, 0, 5])
      #expect(frames.dropFirst().map { String(buffer: $0.data) } == ["a", "", "b", ""])
      #expect(ProtobufFields(frames[0].data).bytes(3) == nil, "a Request without a payload")
      try await server.send(.response(id, ByteBuffer(string: "done")))
      #expect(try await answer.text == "done")
      #expect(server.frames(of: id).count == 5)
    }
  }

  @Test("both sides may stream nothing but empty messages, or nothing at all", arguments: 0...2)
  func empty(count: Int) async throws {
    try await RawServer.with { server, client in
      let stream = try await client.both("Both") { writer in
        for _ in 0..<count { try await writer.write("") }
      }
      let id = try await server.request("Both")
      let frames = try await server.frames(of: id, count: count + 2)
      #expect(frames.map(\.header.flags.rawValue) == [2] + Array(repeating: 0, count: count) + [5])
      for _ in 0..<count { try await server.send(.data(id, "")) }
      try await server.send(.endOfStream(id))
      #expect(try await stream.texts() == Array(repeating: "", count: count))
      async let answer = client.upload("Upload") { writer in
        for _ in 0..<count { try await writer.write("") }
      }
      let upload = try await server.request("Upload")
      try await server.frames(of: upload, count: count + 2)
      try await server.send(.response(upload, ByteBuffer()))
      #expect(try await answer.count == 0)
    }
  }

  @Test("a stream ends with a close, a last message, or a Response, with or without a message")
  func endings() async throws {
    try await RawServer.with { server, client in
      let endings: [(String, (UInt32) -> ByteBuffer, [String])] = [
        ("Close", { .endOfStream($0) }, ["a"]),
        ("Last", { .data($0, "b", .remoteClosed) }, ["a", "b"]),
        ("Last, empty", { .data($0, "", .remoteClosed) }, ["a", ""]),
        ("Response", { .response($0, ByteBuffer()) }, ["a"]),
        ("Response with it", { .response($0, ByteBuffer(string: "b")) }, ["a", "b"]),
      ]
      for (name, ending, expected) in endings {
        let stream = try await client.both(name) { _ in }
        let id = try await server.request(name)
        try await server.send(.data(id, "a"), ending(id))
        #expect(try await stream.texts() == expected, "\(name)")
      }
      let failed = try await client.both("Failed") { _ in }
      let id = try await server.request("Failed")
      try await server.send(.data(id, "a"), .response(id, .aborted, "no"))
      let iterator = failed.makeAsyncIterator()
      #expect(try await iterator.next()?.text == "a")
      let error = await #expect(throws: RPCError.self) { try await iterator.next() }
      #expect(error == RPCError(.aborted, "no"))
    }
  }

  @Test("an answer before the client has ended its stream ends its sender, and nothing is sent on")
  func earlyAnswer() async throws {
    try await RawServer.with { server, client in
      let ended = Counter()
      async let answer = client.upload("Upload") { writer in
        defer { ended.add() }
        try await writer.write("a")
        await untilCancelled()
        try await writer.write("b")
      }
      let id = try await server.request("Upload")
      try await server.frames(of: id, count: 2)
      try await server.send(.response(id, ByteBuffer(string: "enough")))
      #expect(try await answer.text == "enough")
      #expect(ended.value == 1, "its sender has ended before the call")
      #expect(server.frames(of: id).count == 2)

      let failed = Task {
        try await client.upload("Refused") { writer in
          while true { try await writer.write("a") }
        }
      }
      let refused = try await server.request("Refused")
      try await server.send(.response(refused, .permissionDenied, "no"))
      let error = await #expect(throws: RPCError.self) { try await failed.value }
      #expect(error == RPCError(.permissionDenied, "no"))
    }
  }

  @Test("the sender of a bidirectional call is cancelled when the server or the reader ends it")
  func senderIsCancelled() async throws {
    try await RawServer.with { server, client in
      let ended = Counter()
      let send: @Sendable (ClientStreamWriter<Bytes>) async throws -> Void = { _ in
        await untilCancelled()
        ended.add()
      }
      let stream = try await client.both("Ended", send: send)
      try await server.send(.endOfStream(try await server.request("Ended")))
      #expect(try await stream.texts() == [])
      try await eventually("the server ended it") { ended.value == 1 }
      do { _ = try await client.both("Dropped", send: send) }
      try await eventually("the reader left it") { ended.value == 2 }
      let reader = Task { try await client.both("Cancelled", send: send).texts() }
      _ = try await server.request("Cancelled")
      reader.cancel()
      await #expect(throws: (any Error).self) { try await reader.value }
      try await eventually("the reader was cancelled") { ended.value == 3 }
      let late = try await client.both("Late", CallOptions(timeout: .milliseconds(20)), send: send)
      let error = await #expect(throws: RPCError.self) { try await late.texts() }
      #expect(error?.code == .deadlineExceeded)
      try await eventually("its deadline passed") { ended.value == 4 }
      let lost = try await client.both("Lost", send: send)
      _ = try await server.request("Lost")
      try await server.close()
      let loss = await #expect(throws: RPCError.self) { try await lost.texts() }
      #expect(loss?.code == .unavailable)
      try await eventually("the connection was lost") { ended.value == 5 }
    }
  }

  private struct Odd: Error, Equatable { let number: Int }

  @Test("what the sender throws is what the caller gets, and a plain server is told nothing")
  func senderThrows() async throws {
    try await RawServer.with { server, client in
      let error = await #expect(throws: Odd.self) {
        try await client.upload("Upload") { writer in
          try await writer.write("a")
          throw Odd(number: 1)
        }
      }
      #expect(error == Odd(number: 1))
      let stream = try await client.both("Both") { _ in throw Odd(number: 2) }
      let other = await #expect(throws: Odd.self) { try await stream.texts() }
      #expect(other == Odd(number: 2))
      async let echo = client.call("Echo")
      let id = try await server.request("Echo")
      try await server.send(.response(id, ByteBuffer()))
      _ = try await echo
      let types = Set(server.frames.map(\.header.type))
      #expect(types.isSubset(of: [.request, .data]))
      #expect(!server.frames.contains { $0.header.flags.contains(.remoteClosed) })
    }
  }

  @Test("a cancelled call cancels its sender and waits for it")
  func cancelledCall() async throws {
    try await RawServer.with { server, client in
      let ended = Counter()
      let task = Task {
        try await client.upload("Upload") { _ in
          await untilCancelled()
          ended.add()
        }
      }
      _ = try await server.request("Upload")
      task.cancel()
      let error = await #expect(throws: RPCError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      #expect(ended.value == 1)
    }
  }

  @Test("messages of many writers all arrive, each once and each writer's in order")
  func manyWriters() async throws {
    try await RawServer.with { server, client in
      async let answer = client.upload("Upload") { writer in
        try await withThrowingTaskGroup { group in
          for name in 0..<10 {
            group.addTask {
              for number in 0..<100 {
                try await writer.write(Bytes(ByteBuffer(string: "\(name) \(number)")))
              }
            }
          }
          try await group.waitForAll()
        }
      }
      let id = try await server.request("Upload")
      let frames = try await server.frames(of: id, count: 1002)
      let texts = frames.filter { !$0.header.flags.contains(.noData) && $0.header.type == .data }
        .map { String(buffer: $0.data) }
      for name in 0..<10 {
        let own = texts.filter { $0.hasPrefix("\(name) ") }
        #expect(own == (0..<100).map { "\(name) \($0)" })
      }
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
    }
  }

  @Test("a message that no frame carries is refused to its writer, and the stream goes on")
  func tooLarge() async throws {
    try await RawServer.with { server, client in
      let code = Box<StatusCode?>(nil)
      async let answer = client.upload("Upload") { writer in
        do {
          try await writer.write(Bytes(count: (4 << 20) + 1))
        } catch let error as RPCError {
          code.set(error.code)
        }
        try await writer.write(Bytes(count: 4 << 20))
      }
      let id = try await server.request("Upload")
      let frames = try await server.frames(of: id, count: 3)
      #expect(frames.map(\.data.readableBytes).dropFirst() == [4 << 20, 0])
      #expect(code.value == .resourceExhausted)
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
    }
  }

  @Test("a writer that outlives its call is told so")
  func writerOutlivesCall() async throws {
    try await RawServer.with { server, client in
      let kept = Box<ClientStreamWriter<Bytes>?>(nil)
      async let answer = client.upload("Upload") { kept.set($0) }
      let id = try await server.request("Upload")
      try await server.frames(of: id, count: 2)
      try await eventually("it is kept") { kept.value != nil }
      let closed = await #expect(throws: RPCError.self) { try await kept.value?.write("late") }
      #expect(closed?.code == .cancelled)
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
      let ended = await #expect(throws: RPCError.self) { try await kept.value?.write("later") }
      #expect(ended?.code == .cancelled)
      #expect(server.frames(of: id).count == 2)
    }
  }
}
