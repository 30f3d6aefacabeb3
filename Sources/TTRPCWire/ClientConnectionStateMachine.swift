/// The client's view of one connection: the calls that wait for an answer and what each frame
/// means for them. `Call` is what the outside keeps for a stream.
public struct ClientConnectionStateMachine<Call> {
  /// What to do about a frame.
  public enum Action {
    /// The Response of the call; the stream has ended.
    case response(Call)
    /// A message of a stream; afterwards the server sends no more if `last`.
    case deliver(Call, last: Bool)
    /// The server has ended the stream well.
    case endOfStream(Call)
    /// A frame for no call that waits, or of a type that means nothing to a client.
    case ignore
    /// The server broke the protocol on this stream, which has ended.
    case failStream(Call, ProtocolViolation)
  }

  @usableFromInline
  struct Stream {
    @usableFromInline let call: Call
    @usableFromInline let shape: StreamShape

    @inlinable
    init(call: Call, shape: StreamShape) {
      self.call = call
      self.shape = shape
    }
  }

  @usableFromInline
  var streams = StreamTable<Stream>()
  @usableFromInline
  var nextID = StreamID(1)

  @inlinable
  public init() {}

  /// Calls that have not ended.
  @inlinable
  public var openStreams: Int { streams.count }

  /// Takes the next number; nil when this connection has none left and a new one is needed.
  @inlinable
  public mutating func openStream(_ shape: StreamShape, _ call: Call) -> StreamID? {
    guard nextID <= .lastOfClient else { return nil }
    let id = nextID
    nextID = StreamID(id.rawValue + 2)
    streams[id] = Stream(call: call, shape: shape)
    return id
  }

  /// The caller has given up. What the server still sends on the stream is ignored.
  ///
  /// - Returns: what was kept for the stream, if it was still there.
  @inlinable
  public mutating func streamAbandoned(_ id: StreamID) -> Call? {
    streams.remove(id)?.call
  }

  /// The connection is gone: every call has ended.
  ///
  /// - Returns: what was kept for those that waited.
  @inlinable
  public mutating func connectionClosed() -> [Call] {
    let calls = streams.all.map(\.stream.call)
    streams.removeAll()
    return calls
  }

  /// A frame has arrived whole.
  @inlinable
  public mutating func frameReceived(_ header: FrameHeader) -> Action {
    guard let stream = streams[header.streamID] else { return .ignore }
    switch header.type {
    case .response:
      streams.remove(header.streamID)
      return .response(stream.call)
    case .data:
      return dataReceived(header, stream)
    default:
      return .ignore
    }
  }

  /// A frame over the limit: the call it belongs to has ended.
  @inlinable
  public mutating func oversizedFrameReceived(_ header: FrameHeader, limit: Int) -> Action {
    guard let stream = streams.remove(header.streamID) else { return .ignore }
    return .failStream(stream.call, .messageTooLarge(length: header.dataLength, limit: limit))
  }

  @inlinable
  mutating func dataReceived(_ header: FrameHeader, _ stream: Stream) -> Action {
    if stream.shape == .unary {
      streams.remove(header.streamID)
      return .failStream(stream.call, .dataOnUnaryCall)
    }
    let last = header.flags.contains(.remoteClosed)
    if last { streams.remove(header.streamID) }
    if !header.flags.contains(.noData) { return .deliver(stream.call, last: last) }
    return last ? .endOfStream(stream.call) : .ignore
  }
}

extension ClientConnectionStateMachine.Action: Equatable where Call: Equatable {}
