package import NIOCore
package import RPC

/// The client's side of one call: from the bytes of its stream to messages, and to its end. Does no
/// I/O.
///
/// A method that takes one message gets it when the client has ended its side, so that a second one
/// can be refused.
package struct GRPCRequestReader: Sendable {
  package enum Step: Equatable, Sendable {
    case needsMoreBytes
    case message(ByteBuffer)
    /// The client has sent everything.
    case ended
    /// The call cannot go on.
    case violation(RPCError)
  }

  private enum State: Equatable {
    case open
    /// The client has ended its side; what it has sent is still to be taken.
    case closing
    case ended
  }

  private let takesStream: Bool
  private let hasPrefixes: Bool
  private let encoding: MessageEncoding
  private let messageLengthMax: Int
  private var decoder: GRPCMessageDecoder
  private var single: ByteBuffer?
  private var state = State.open

  /// - Parameters:
  ///   - takesStream: whether the method takes a stream of messages, or exactly one.
  ///   - hasPrefixes: whether a flag and a length stand before each message. Without them everything
  ///     that the client sends is one message.
  ///   - encoding: what messages are compressed in, where they say that they are; without prefixes,
  ///     what the message is compressed in.
  ///   - messageLengthMax: bytes of one message, compressed and not.
  package init(
    takesStream: Bool,
    hasPrefixes: Bool = true,
    encoding: MessageEncoding = .identity,
    messageLengthMax: Int
  ) {
    self.takesStream = takesStream
    self.hasPrefixes = hasPrefixes
    self.encoding = encoding
    self.messageLengthMax = messageLengthMax
    decoder = GRPCMessageDecoder(messageLengthMax: messageLengthMax)
  }

  /// Whether the client has ended its side.
  package var isRemoteClosed: Bool { state != .open }

  /// Bytes that are kept because no message is complete with them.
  package var waitingBytes: Int { decoder.waitingBytes + (single?.readableBytes ?? 0) }

  /// More of the stream, or its end.
  package mutating func received(_ bytes: ByteBuffer, isLast: Bool) {
    decoder.append(bytes)
    if isLast { state = .closing }
  }

  /// What follows from what has come in, one thing at a time, until `needsMoreBytes` or `ended`.
  package mutating func next() -> Step {
    switch state {
    case .ended: .ended
    case .open, .closing: hasPrefixes ? takesStream ? nextOfMany() : nextOfOne() : whole()
    }
  }

  /// The message that is all there is.
  private mutating func whole() -> Step {
    if decoder.waitingBytes > messageLengthMax { return .violation(tooLarge(decoder.waitingBytes)) }
    guard state == .closing else { return .needsMoreBytes }
    state = .ended
    let message = decoder.takeAll()
    return encoding == .identity ? .message(message) : inflated(message)
  }

  private mutating func nextOfMany() -> Step {
    switch decoder.next() {
    case .message(let message): .message(message)
    case .needsMoreBytes: atEnd() ?? .needsMoreBytes
    case .compressed(let message): inflated(message)
    case .malformed: .violation(.malformedPrefix)
    case .tooLarge(let length): .violation(tooLarge(length))
    }
  }

  private mutating func nextOfOne() -> Step {
    while true {
      switch decoder.next() {
      case .message(let message):
        if single != nil { return .violation(.secondMessage) }
        single = message
      case .compressed(let compressed):
        if single != nil { return .violation(.secondMessage) }
        let step = inflated(compressed)
        guard case .message(let message) = step else { return step }
        single = message
      case .needsMoreBytes:
        guard state == .closing else { return .needsMoreBytes }
        if decoder.waitingBytes > 0 { return .violation(.cutMessage) }
        state = .ended
        return single.take().map { .message($0) } ?? .violation(.noMessage)
      case .malformed: return .violation(.malformedPrefix)
      case .tooLarge(let length): return .violation(tooLarge(length))
      }
    }
  }

  /// The end of a stream of messages, if it is here.
  private mutating func atEnd() -> Step? {
    guard state == .closing else { return nil }
    if decoder.waitingBytes > 0 { return .violation(.cutMessage) }
    state = .ended
    return .ended
  }

  private func inflated(_ message: ByteBuffer) -> Step {
    guard encoding != .identity else { return .violation(.unnamedEncoding) }
    if message.readableBytes == 0 { return .message(message) }
    let limit = min(messageLengthMax, Inflation.lengthMax(of: message))
    do throws(Inflation.Failure) {
      return .message(try Inflation.inflate(message, encoding, limit: limit))
    } catch {
      switch error {
      case .malformed: return .violation(.malformed(encoding))
      case .tooLarge: return .violation(.tooLargeInflated(limit: limit))
      }
    }
  }

  private func tooLarge(_ length: Int) -> RPCError {
    RPCError(
      .resourceExhausted,
      "the message has \(length) bytes; the limit is \(messageLengthMax)"
    )
  }
}

extension RPCError {
  /// gRPC's protocol names the status.
  fileprivate static let unnamedEncoding = RPCError(
    .internal,
    "the message is compressed, and the headers do not say how"
  )

  fileprivate static func malformed(_ encoding: MessageEncoding) -> RPCError {
    RPCError(.invalidArgument, "the message is not whole, or not \(encoding.rawValue)")
  }

  fileprivate static func tooLargeInflated(limit: Int) -> RPCError {
    RPCError(
      .resourceExhausted,
      "the message is too large once inflated: compressed like this, \(limit) bytes may come out"
    )
  }

  fileprivate static let malformedPrefix = RPCError(
    .invalidArgument,
    "a message does not begin with 0 and its length"
  )
  // gRPC's list of statuses has this one where there is not exactly one message.
  fileprivate static let secondMessage = RPCError(
    .unimplemented,
    "the method takes one message, and more came"
  )
  fileprivate static let cutMessage = RPCError(
    .invalidArgument,
    "the stream ended within a message"
  )
  fileprivate static let noMessage = RPCError(
    .unimplemented,
    "the method takes one message, and none came"
  )
}
