import InteropAPI
import RPC
import Synchronization
import TTRPC

extension InteropRun {
  static let requestSizes = [27_182, 8, 1_828, 45_904]
  static let responseSizes: [UInt32] = [31_415, 9, 2_653, 58_979]

  func clientStreaming() async throws {
    try await connected { connection in
      let client = InteropClient(connection)
      let response = try await client.streamingInputCall(options: Self.patience) { writer in
        for size in Self.requestSizes {
          try await writer.write(
            StreamingInputRequest(payload: Array(repeating: 0, count: size))
          )
        }
      }
      let sum = Self.requestSizes.reduce(0, +)
      try expectEqual("bytes in all", response.aggregatedSize, UInt64(sum))
    }
  }

  func serverStreaming() async throws {
    try await connected { connection in
      var request = StreamingOutputRequest()
      request.responses = Self.responseSizes.map { ResponseParameters(size: $0) }
      let responses = try await InteropClient(connection).streamingOutputCall(
        request,
        options: Self.patience
      )
      var sizes: [UInt32] = []
      for try await response in responses { sizes.append(UInt32(response.payload.count)) }
      try expectEqual("sizes", sizes, Self.responseSizes)
    }
  }

  func pingPong() async throws {
    try await connected { connection in
      let conversation = try await Conversation(on: connection)
      for (requestSize, responseSize) in zip(Self.requestSizes, Self.responseSizes) {
        var request = StreamingOutputRequest()
        request.payload = Array(repeating: 0, count: requestSize)
        request.responses = [ResponseParameters(size: responseSize)]
        conversation.say(request)
        let response = try await conversation.nextResponse()
        try expectEqual("bytes", response?.payload.count, Int(responseSize))
      }
      conversation.finish()
      try expectEqual("the end", try await conversation.nextResponse(), nil)
    }
  }

  func emptyStream() async throws {
    try await connected { connection in
      let conversation = try await Conversation(on: connection)
      conversation.finish()
      try expectEqual("the end", try await conversation.nextResponse(), nil)
    }
  }

  func customMetadata() async throws {
    let key = "x-wardline-interop-echo"
    let expected = [MetadataEntry(key: key, value: "interop metadata value")]
    var options = Self.patience
    options.metadata = [key: "interop metadata value"]
    try await connected { connection in
      let request = SimpleRequest(echoMetadata: [key])
      let response = try await InteropClient(connection).unaryCall(request, options: options)
      try expectEqual("metadata", response.metadata, expected)
      if !peerHasStreams { return }
      let conversation = try await Conversation(on: connection, options)
      conversation.say(
        StreamingOutputRequest(responses: [ResponseParameters(size: 1)], echoMetadata: [key])
      )
      let streamed = try await conversation.nextResponse()
      try expectEqual("metadata", streamed?.metadata, expected)
      conversation.finish()
      try expectEqual("the end", try await conversation.nextResponse(), nil)
    }
  }

  /// Both kinds of call end with a status, whose message comes back letter for letter.
  func status(_ message: String) async throws {
    let wanted = EchoStatus(code: StatusCode.unknown.rawValue, message: message)
    try await connected { connection in
      let unary = try await status {
        let request = SimpleRequest(responseStatus: wanted)
        _ = try await InteropClient(connection).unaryCall(request, options: Self.patience)
      }
      try expectEqual("the status", unary, RPCError(.unknown, message))
      if !peerHasStreams { return }
      let conversation = try await Conversation(on: connection)
      conversation.say(StreamingOutputRequest(responseStatus: wanted))
      let streamed = try await status { _ = try await conversation.nextResponse() }
      try expectEqual("the status", streamed, RPCError(.unknown, message))
    }
  }
}
