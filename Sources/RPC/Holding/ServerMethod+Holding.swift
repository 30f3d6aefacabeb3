import NIOCore

extension ServerMethod {
  /// The same method with calls whose answers are held back.
  ///
  /// - Parameter begin: is called with the bytes of each message that opens a call, before the handler
  ///   is, and says what holds its answer. It must not keep the bytes.
  public func holdingAnswers(
    _ begin: @escaping @Sendable (borrowing RawSpan, ServerContext) -> any AnswerHold
  ) -> ServerMethod {
    ServerMethod(descriptor, invocation.holdingAnswers(begin))
  }
}

extension Invocation {
  fileprivate func holdingAnswers(
    _ begin: @escaping @Sendable (borrowing RawSpan, ServerContext) -> any AnswerHold
  ) -> Invocation {
    switch self {
    case .inline(let handler):
      .deferred { payload, context, call in
        let held = HeldCall(call, begin(payload, context))
        try held.answering {
          var answer = ByteBuffer()
          try handler(payload, context, &answer)
          held.respond(with: EncodedAnswer(bytes: answer))
        }
      }
    case .deferred(let handler):
      .deferred { payload, context, call in
        let held = HeldCall(call, begin(payload, context))
        try held.answering { try handler(payload, context, held) }
      }
    case .async(let handler):
      .async { payload, context, call in
        let held = HeldCall(call, begin(payload, context))
        return try held.throwing { try handler(payload, context, held) }
      }
    case .streaming(let handler):
      .streaming { payloads, context, call in
        handler(payloads, context, HeldCall(call, begin(RawSpan(), context)))
      }
    }
  }
}

extension HeldCall {
  /// Runs a handler that answers through the call. A status that it throws is held back like any
  /// other.
  fileprivate func answering(_ body: () throws -> Void) throws {
    try throwing {
      do {
        try body()
      } catch let error as RPCError {
        fail(with: error)
      }
    }
  }

  /// Runs what may find that a message cannot be decoded. That counts against the connection, so it is
  /// the transport's to judge.
  fileprivate func throwing<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      thrown(error)
      throw error
    }
  }
}

/// An answer that is encoded already.
private struct EncodedAnswer: RPCMessage {
  let bytes: ByteBuffer

  init(bytes: ByteBuffer) {
    self.bytes = bytes
  }

  init(decoding payload: borrowing RawSpan) throws {
    bytes = payload.withUnsafeBytes { ByteBuffer(bytes: $0) }
  }

  func encode(into buffer: inout ByteBuffer) throws {
    buffer.writeImmutableBuffer(bytes)
  }
}
