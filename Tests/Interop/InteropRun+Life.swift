import InteropAPI
import NIOCore
import NIOPosix
import RPC
import TTRPC

extension InteropRun {
  /// One running call more than a connection may have is refused, and when one ends there is room.
  func streamLimit() async throws {
    try await connected { connection in
      var conversations: [Conversation] = []
      for _ in 0..<InteropServer.handlersMax {
        let conversation = try await Conversation(on: connection)
        conversations.append(conversation)
        conversation.say(StreamingOutputRequest(responses: [ResponseParameters(size: 1)]))
        _ = try await conversation.nextResponse()
      }
      let client = InteropClient(connection)
      let refused = try await status {
        _ = try await client.emptyCall(Empty(), options: Self.patience)
      }
      try expect(refused, .resourceExhausted)
      let last = conversations.removeLast()
      last.finish()
      try expectEqual("the end", try await last.nextResponse(), nil)
      _ = try await client.emptyCall(Empty(), options: Self.patience)
      for conversation in conversations { conversation.finish() }
    }
  }

  /// The server pings a client that is silent, and closes the connection when it gets no answer:
  /// this one answers, during a call and without one.
  func keepalive() async throws {
    let silence = UInt32(InteropServer.keepaliveMilliseconds) * 3
    try await connected { connection in
      let client = InteropClient(connection)
      _ = try await client.unaryCall(SimpleRequest(delayMs: silence), options: Self.patience)
      try await MultiThreadedEventLoopGroup.singleton.next().wait(milliseconds: silence)
      _ = try await client.emptyCall(Empty(), options: Self.patience)
    }
  }

  /// A server that drains finishes what runs, ends streams and takes nothing new.
  func gracefulShutdown() async throws {
    let tag = newTag()
    try await connected { connection in
      let conversation = peerHasStreams ? try await Conversation(on: connection) : nil
      conversation?.say(StreamingOutputRequest(responses: [ResponseParameters(size: 1)]))
      _ = try await conversation?.nextResponse()
      async let slow = InteropClient(connection).unaryCall(
        SimpleRequest(responseSize: 9, delayMs: 300, tag: tag),
        options: Self.patience
      )
      try await hasBegun(tag, on: connection)
      _ = try await ControlClient(connection).drain(Empty(), options: Self.patience)
      try expectEqual("bytes", try await slow.payload.count, 9)
      if let conversation { try await expectEnd(of: conversation) }
      await connection.waitUntilClosed()
    }
    let refused = try await status { try await emptyUnary() }
    try expect(refused, .unavailable)
  }

  /// A stream that was open when the drain began ends well once we close it, or with UNAVAILABLE.
  private func expectEnd(of conversation: Conversation) async throws {
    conversation.finish()
    let status = try await status {
      try expectEqual("the end", try await conversation.nextResponse(), nil)
    }
    if status.code != .ok { try expect(status, .unavailable) }
  }
}
