/// The client's view of one connection: the calls that wait for an answer and what each frame
/// means for them. `Call` is what the outside keeps for a stream.
///
/// It sees headers only. Where the data of a frame matters too, the action says what to read there
/// and which method to tell.
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
    /// The server takes more of the stream: the data says how much; tell `granted`.
    case readGrant(Call)
    /// The server has given up on the stream, which has ended: the data is its status.
    case readCancel(Call)
    /// Send the eight bytes back.
    case answerPing
    /// The answer to a ping of ours.
    case pingAnswered
    /// The server will close the connection: the data says more; tell `goAwayReceived`.
    case readGoAway
    /// The server has used up its budget of violations.
    case closeConnection
  }

  /// What became of the wish to open a stream.
  public enum OnOpen: Hashable, Sendable {
    case opened(StreamID)
    /// The server has announced that it will close the connection.
    case isGoingAway
    /// The connection has no number left; a new one is needed.
    case isOutOfNumbers
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

  /// What is known of the server beyond ttrpc 1.2.
  @usableFromInline
  enum Extensions {
    case off
    case asked(StreamID)
    /// Agreed on by the call with that number: for streams above it.
    case on(above: StreamID)
  }

  /// Violations that a connection is allowed before it is closed.
  public let violationsMax: Int
  /// Violations so far.
  @inlinable public var violations: Int { violationsSoFar }
  @usableFromInline var violationsSoFar = 0

  @usableFromInline var streams = StreamTable<Stream>()
  @usableFromInline var nextID = StreamID(1)
  @usableFromInline var extensions = Extensions.off
  /// The last stream that the server will serve, once it has said so.
  @usableFromInline var lastServedID: StreamID?
  /// Streams given up while it was open whether the server knows Cancel.
  var abandonedEarly: [StreamID] = []

  @inlinable
  public init(violationsMax: Int = 100) {
    self.violationsMax = violationsMax
  }

  /// Calls that have not ended.
  @inlinable
  public var openStreams: Int { streams.count }

  /// What was kept for them.
  public var openCalls: [Call] { streams.all.map(\.stream.call) }

  /// Numbers that are left for streams.
  @inlinable
  public var numbersLeft: Int {
    nextID > .lastOfClient ? 0 : Int(StreamID.lastOfClient.rawValue - nextID.rawValue) / 2 + 1
  }

  /// Takes the next number.
  @inlinable
  public mutating func openStream(_ shape: StreamShape, _ call: Call) -> OnOpen {
    if lastServedID != nil { return .isGoingAway }
    guard nextID <= .lastOfClient else { return .isOutOfNumbers }
    let id = nextID
    nextID = StreamID(id.rawValue + 2)
    streams[id] = Stream(call: call, shape: shape)
    return .opened(id)
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
    switch header.type {
    case .response:
      guard let stream = streams.remove(header.streamID) else { return strayFrame(header) }
      return .response(stream.call)
    case .data: return dataReceived(header)
    case .request: return violated(.ignore)
    default: return extensionReceived(header)
    }
  }

  /// A frame over the limit, of which only the header has been read: the call that it belongs to
  /// has ended.
  public mutating func oversizedFrameReceived(_ header: FrameHeader, limit: Int) -> Action {
    switch header.type {
    case .response, .data:
      let violation = ProtocolViolation.messageTooLarge(length: header.dataLength, limit: limit)
      return fail(header, violation)
    case .goAway where isAgreed: return violated(.ignore)
    default: return frameReceived(header)
    }
  }

  @inlinable
  mutating func dataReceived(_ header: FrameHeader) -> Action {
    guard let stream = streams[header.streamID] else { return strayFrame(header) }
    switch stream.shape {
    case .unary: return fail(header, .dataOnUnaryCall)
    case .clientStreaming: return fail(header, .dataInsteadOfResponse)
    case .serverStreaming, .bidirectional: break
    }
    let last = header.flags.contains(.remoteClosed)
    if last { streams.remove(header.streamID) }
    if !header.flags.contains(.noData) { return .deliver(stream.call, last: last) }
    return last ? .endOfStream(stream.call) : .ignore
  }

  /// A frame for a stream that is not open. One that was is nobody's fault: the answer and the
  /// caller's giving up cross on the way.
  @usableFromInline
  mutating func strayFrame(_ header: FrameHeader) -> Action {
    wasOpened(header.streamID) ? .ignore : violated(.ignore)
  }

  @usableFromInline
  func wasOpened(_ id: StreamID) -> Bool {
    id.isClientInitiated && id < nextID
  }

  @usableFromInline
  mutating func fail(_ header: FrameHeader, _ violation: ProtocolViolation) -> Action {
    guard let stream = streams[header.streamID] else { return strayFrame(header) }
    let action = violated(.failStream(stream.call, violation))
    // A connection that is closed ends this call with the others.
    if case .failStream = action { streams.remove(header.streamID) }
    return action
  }

  @usableFromInline
  mutating func violated(_ action: Action) -> Action {
    violationsSoFar += 1
    return violations > violationsMax ? .closeConnection : action
  }

  /// The data of a frame could not be read, which counts as a violation.
  ///
  /// - Returns: false when the budget is used up and the connection must be closed.
  public mutating func malformedMessageReceived() -> Bool {
    violationsSoFar += 1
    return violations <= violationsMax
  }
}

extension ClientConnectionStateMachine.Action: Equatable where Call: Equatable {}
