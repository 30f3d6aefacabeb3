import InteropAPI
import RPC
import TTRPC

extension InteropRun {
  /// A handler that sleeps past the deadline is cancelled, and its caller told.
  func timeoutOnSleepingServer() async throws {
    try await connected { connection in
      let tag = newTag()
      let request = SimpleRequest(delayMs: 60_000, tag: tag)
      let unary = try await status {
        _ = try await InteropClient(connection).unaryCall(
          request,
          options: CallOptions(timeout: .milliseconds(100))
        )
      }
      try expect(unary, .deadlineExceeded)
      try await expectCancelled(tag, on: connection)
      if !peerHasStreams { return }
      let conversation = try await Conversation(
        on: connection,
        CallOptions(timeout: .milliseconds(1))
      )
      let streamed = try await status { _ = try await conversation.nextResponse() }
      try expect(streamed, .deadlineExceeded)
    }
  }

  func cancelAfterBegin() async throws {
    let tag = newTag()
    try await connected { connection in
      let call = Task { [peerHasStreams] in
        let client = InteropClient(connection)
        if !peerHasStreams {
          _ = try await client.unaryCall(SimpleRequest(delayMs: 60_000, tag: tag), options: .init())
          return
        }
        _ = try await client.streamingInputCall { writer in
          try await writer.write(StreamingInputRequest(tag: tag))
          await Self.untilCancelled()
        }
      }
      try await hasBegun(tag, on: connection)
      call.cancel()
      let status = await call.result
      guard case .failure(let error) = status, Self.isCancellation(error) else {
        throw Mismatch(expected: "CANCELLED", seen: "\(status)")
      }
      try await expectUsable(connection)
      if usesExtensions { try await expectCancelled(tag, on: connection) }
    }
    // Without the extensions the server learns of it when the connection closes.
    try await connected { try await self.expectCancelled(tag, on: $0) }
  }

  func cancelAfterFirstResponse() async throws {
    let tag = newTag()
    try await connected { connection in
      let call = Task {
        let conversation = try await Conversation(on: connection)
        conversation.say(
          StreamingOutputRequest(responses: [ResponseParameters(size: 31_415)], tag: tag)
        )
        let first = try await conversation.nextResponse()
        try expectEqual("bytes", first?.payload.count, 31_415)
        withUnsafeCurrentTask { $0?.cancel() }
        _ = try await conversation.nextResponse()
      }
      let status = await call.result
      guard case .failure(let error) = status, Self.isCancellation(error) else {
        throw Mismatch(expected: "CANCELLED", seen: "\(status)")
      }
      try await expectUsable(connection)
      if usesExtensions { try await expectCancelled(tag, on: connection) }
    }
    try await connected { try await self.expectCancelled(tag, on: $0) }
  }

  private static func untilCancelled() async {
    for await _ in AsyncStream<Never>.makeStream().stream {}
  }

  private static func isCancellation(_ error: any Error) -> Bool {
    error is CancellationError || (error as? RPCError)?.code == .cancelled
  }

  private func expectUsable(_ connection: ClientConnection) async throws {
    _ = try await InteropClient(connection).emptyCall(Empty(), options: Self.patience)
  }
}
