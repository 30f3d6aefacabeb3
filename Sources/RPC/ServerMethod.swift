public import NIOCore

/// How the engine runs a method, with its types erased.
///
/// Each closure decodes the payload before it returns; what it throws ends the call.
public enum Invocation: Sendable {
  /// Decodes a payload and appends the encoded answer to a buffer.
  public typealias Inline =
    @Sendable (_ payload: borrowing RawSpan, ServerContext, _ answer: inout ByteBuffer) throws ->
    Void

  /// Decodes a payload and starts the call, which ends through the `ServerCall`.
  public typealias Deferred =
    @Sendable (_ payload: borrowing RawSpan, ServerContext, any ServerCall) throws -> Void

  /// Appends the encoded answer to the buffer.
  case inline(Inline)
  case deferred(Deferred)
  /// Gives back what remains to be run as a task, which ends through the `ServerCall`.
  case async(
    @Sendable (_ payload: borrowing RawSpan, ServerContext, any ServerCall) throws ->
      @Sendable () async -> Void
  )
  /// As `async`, for methods whose client sends a stream.
  case streaming(
    @Sendable (PayloadQueue, ServerContext, any ServerCall) -> @Sendable () async -> Void
  )
}

/// A method and its handler: a row of the method table.
public final class ServerMethod: Sendable {
  public let descriptor: MethodDescriptor
  public let invocation: Invocation

  public init(_ descriptor: MethodDescriptor, _ invocation: Invocation) {
    self.descriptor = descriptor
    self.invocation = invocation
  }
}

extension ServerMethod {
  @inlinable
  public static func unary<Input, Output>(
    _ descriptor: MethodDescriptor,
    _ handler: UnaryHandler<Input, Output>
  ) -> ServerMethod {
    switch handler {
    case .inline(let body):
      ServerMethod(
        descriptor,
        .inline { payload, context, answer in
          try body(Input(decoding: payload), context).encode(into: &answer)
        }
      )
    case .deferred(let body):
      ServerMethod(
        descriptor,
        .deferred { payload, context, call in
          try body(Input(decoding: payload), context, Reply(to: call))
        }
      )
    case .async(let body):
      ServerMethod(
        descriptor,
        .async { payload, context, call in
          let input = try Input(decoding: payload)
          return {
            do {
              call.respond(with: try await body(input, context))
            } catch {
              call.fail(with: error)
            }
          }
        }
      )
    }
  }

  @inlinable
  public static func serverStreaming<Input, Output>(
    _ descriptor: MethodDescriptor,
    _ handler: ServerStreamHandler<Input, Output>
  ) -> ServerMethod {
    switch handler {
    case .deferred(let body):
      ServerMethod(
        descriptor,
        .deferred { payload, context, call in
          try body(Input(decoding: payload), context, PushStream(to: call))
        }
      )
    case .async(let body):
      ServerMethod(
        descriptor,
        .async { payload, context, call in
          let input = try Input(decoding: payload)
          return {
            await call.ended {
              try await body(input, context, StreamWriter(to: call))
              call.finish()
            }
          }
        }
      )
    }
  }

  @inlinable
  public static func clientStreaming<Input, Output>(
    _ descriptor: MethodDescriptor,
    _ handler: ClientStreamHandler<Input, Output>
  ) -> ServerMethod {
    switch handler {
    case .async(let body):
      ServerMethod(
        descriptor,
        .streaming { payloads, context, call in
          {
            await call.ended {
              call.respond(with: try await body(MessageStream(payloads), context))
            }
          }
        }
      )
    }
  }

  @inlinable
  public static func bidirectional<Input, Output>(
    _ descriptor: MethodDescriptor,
    _ handler: BidirectionalHandler<Input, Output>
  ) -> ServerMethod {
    switch handler {
    case .async(let body):
      ServerMethod(
        descriptor,
        .streaming { payloads, context, call in
          {
            await call.ended {
              try await body(MessageStream(payloads), context, StreamWriter(to: call))
              call.finish()
            }
          }
        }
      )
    }
  }
}

extension ServerCall {
  /// Runs a handler that may wait and ends the call itself, or is ended with what it throws.
  @usableFromInline
  func ended(by handler: () async throws -> Void) async {
    do {
      try await handler()
    } catch {
      fail(with: error)
    }
  }
}
