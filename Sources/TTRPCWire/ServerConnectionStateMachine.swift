/// The server's view of one connection: which streams there are and what each frame means.
///
/// It sees headers only. Unary calls that are answered at once never enter its table, so the fast
/// path costs a comparison and an assignment. `Call` is what the outside keeps for a stream.
public struct ServerConnectionStateMachine<Call> {
  /// What to do about a frame.
  public enum Action {
    /// A new stream: decode the Request and dispatch it, then `streamOpened` unless it was answered.
    case openStream
    /// The frame carries a message for the stream; afterwards the client sends no more if `last`.
    case deliver(Call, last: Bool)
    /// The client sends no more on this stream.
    case remoteClosed(Call)
    case ignore
    /// Answer with a status; the state of any stream of that number is untouched.
    case refuse(ProtocolViolation)
    /// The stream has ended with that status: answer and cancel its handler.
    case failStream(Call, ProtocolViolation)
    /// The client has given up on the stream, which has ended: cancel its handler, answer nothing.
    case cancelled(Call)
    /// The client takes more on the stream; the data says how much.
    case windowUpdate(Call)
    /// Answer a Ping with the bytes it carries.
    case answerPing
    /// The client has answered a Ping of ours.
    case pingAnswered
    /// The peer has used up its budget of violations.
    case closeConnection
  }

  @usableFromInline
  struct Stream {
    @usableFromInline let call: Call
    @usableFromInline let shape: StreamShape
    @usableFromInline var isRemoteOpen: Bool
    /// Data frames in a row that carried nothing.
    @usableFromInline var emptyFrames = 0

    @inlinable
    init(call: Call, shape: StreamShape, isRemoteOpen: Bool) {
      self.call = call
      self.shape = shape
      self.isRemoteOpen = isRemoteOpen
    }
  }

  /// Handlers that may run at the same time.
  public let handlersMax: Int
  /// Violations that a connection is allowed before it is closed.
  public let violationsMax: Int
  /// Data frames in a row that may carry nothing; each one more is a violation.
  public let emptyFramesMax: Int
  /// The stream of the call that turned the extensions on; nil while they are off.
  @inlinable public var extensionsSince: StreamID? { extensionsSinceStream }
  @usableFromInline var extensionsSinceStream: StreamID?
  /// Whether new streams are refused because the server is about to close the connection.
  @inlinable public var isDraining: Bool { isDrainingNow }
  @usableFromInline var isDrainingNow = false

  @usableFromInline
  var streams = StreamTable<Stream>()
  /// The highest number that the client has used.
  @inlinable public var lastStreamID: StreamID { lastID }
  @usableFromInline
  var lastID = StreamID.connection
  /// Handlers that have not ended. They are counted, not streams: a stream may end before its
  /// handler does, and the handler is what costs.
  @inlinable public var runningHandlers: Int { runningHandlersSoFar }
  @usableFromInline var runningHandlersSoFar = 0
  /// Violations so far.
  @inlinable public var violations: Int { violationsSoFar }
  @usableFromInline var violationsSoFar = 0
  /// Data frames that came for streams that had ended.
  @inlinable public var droppedFrames: Int { droppedFramesSoFar }
  @usableFromInline var droppedFramesSoFar = 0
  /// Data frames that carried nothing, beyond those that may: each was a violation.
  @inlinable public var excessEmptyFrames: Int { excessEmptyFramesSoFar }
  @usableFromInline var excessEmptyFramesSoFar = 0

  @inlinable
  public init(handlersMax: Int = 1024, violationsMax: Int = 100, emptyFramesMax: Int = 16) {
    self.handlersMax = handlersMax
    self.violationsMax = violationsMax
    self.emptyFramesMax = emptyFramesMax
  }

  /// Streams that have not ended.
  @inlinable
  public var openStreams: Int { streams.count }

  /// A frame has arrived whole.
  @inlinable
  public mutating func frameReceived(_ header: FrameHeader) -> Action {
    switch header.type {
    case .request: return requestReceived(header.streamID)
    case .data: return dataReceived(header)
    case .response: return violated(.ignore)
    default: return extensionReceived(header)
    }
  }

  /// The header of a frame over the limit has arrived; its data is being skipped.
  @inlinable
  public mutating func oversizedFrameReceived(_ header: FrameHeader, limit: Int) -> Action {
    let violation = ProtocolViolation.messageTooLarge(length: header.dataLength, limit: limit)
    // It announces no data, and there is more of it than is accepted.
    if header.type == .data, header.flags.isDisjoint(with: .remoteClosed),
      header.flags.contains(.noData), let stream = streams[header.streamID], stream.isRemoteOpen,
      stream.shape != .unary
    {
      return fail(header.streamID, stream.call, violation)
    }
    switch frameReceived(header) {
    case .openStream: return violated(.refuse(violation))
    case .deliver(let call, _), .remoteClosed(let call):
      return fail(header.streamID, call, violation)
    case let other: return other
    }
  }

  @inlinable
  mutating func requestReceived(_ id: StreamID) -> Action {
    guard id.isClientInitiated else { return violated(.refuse(.evenStreamID)) }
    guard id > lastID else {
      if lastID == .last { return .refuse(.streamIDsUsedUp) }
      return violated(.refuse(.streamIDNotIncreasing(last: lastID)))
    }
    lastID = id
    if isDraining { return .refuse(.shuttingDown) }
    if runningHandlers >= handlersMax { return .refuse(.tooManyHandlers(limit: handlersMax)) }
    return .openStream
  }

  @inlinable
  mutating func dataReceived(_ header: FrameHeader) -> Action {
    let id = header.streamID
    guard id.isClientInitiated, id <= lastID else { return violated(.refuse(.streamNeverOpened)) }
    guard var stream = streams[id] else {
      droppedFramesSoFar += 1
      return .ignore
    }
    if stream.shape == .unary { return fail(id, stream.call, .dataOnUnaryCall) }
    guard stream.isRemoteOpen else { return fail(id, stream.call, .dataAfterRemoteClosed) }
    let carriesMessage = !header.flags.contains(.noData)
    if carriesMessage && stream.shape == .serverStreaming {
      return fail(id, stream.call, .dataAfterRemoteClosed)
    }
    let last = header.flags.contains(.remoteClosed)
    if !carriesMessage && !last { return emptyFrameReceived(id, stream) }
    if last || stream.emptyFrames > 0 {
      stream.isRemoteOpen = !last
      stream.emptyFrames = 0
      streams[id] = stream
    }
    return carriesMessage ? .deliver(stream.call, last: last) : .remoteClosed(stream.call)
  }

  /// Data that neither carries a message nor closes anything.
  @inlinable
  mutating func emptyFrameReceived(_ id: StreamID, _ stream: Stream) -> Action {
    var stream = stream
    stream.emptyFrames += 1
    streams[id] = stream
    if stream.emptyFrames <= emptyFramesMax { return .ignore }
    excessEmptyFramesSoFar += 1
    return violated(.ignore)
  }

  @inlinable
  mutating func fail(
    _ id: StreamID,
    _ call: Call,
    _ violation: ProtocolViolation
  ) -> Action {
    let action = violated(.failStream(call, violation))
    // When the connection is closed instead, its end is the end of this call, as of the others.
    if case .failStream = action { streams.remove(id) }
    return action
  }

  @inlinable
  mutating func violated(_ action: Action) -> Action {
    violationsSoFar += 1
    return violations > violationsMax ? .closeConnection : action
  }

  /// A stream was opened and its handler has not answered yet.
  ///
  /// - Parameter flags: those of the Request. The method says what shape the stream has, whatever
  ///   the flags are; they only say whether the client may still send a close.
  @inlinable
  public mutating func streamOpened(
    _ id: StreamID,
    _ call: Call,
    _ shape: StreamShape,
    flags: FrameFlags
  ) {
    let isRemoteOpen =
      shape.clientStreams ? !flags.contains(.remoteClosed) : flags.contains(.remoteOpen)
    streams[id] = Stream(call: call, shape: shape, isRemoteOpen: isRemoteOpen)
    runningHandlersSoFar += 1
  }

  /// Our side has ended the stream.
  ///
  /// - Returns: whether the stream was still there; if not, nothing may be sent on it.
  @inlinable
  public mutating func streamEnded(_ id: StreamID) -> Bool {
    streams.remove(id) != nil
  }

  /// Whether something may be sent on the stream.
  @inlinable
  public func isOpen(_ id: StreamID) -> Bool {
    streams.contains(id)
  }

  /// The connection is gone: every stream has ended.
  ///
  /// - Returns: what was kept for those that were open.
  @inlinable
  public mutating func connectionClosed() -> [Call] {
    let calls = streams.all.map(\.stream.call)
    streams.removeAll()
    return calls
  }

  /// The handler of a stream that was opened has returned, or given its answer.
  @inlinable
  public mutating func handlerEnded() {
    runningHandlersSoFar -= 1
  }

  /// The Request or its payload could not be read, which counts as a violation.
  ///
  /// - Returns: false when the budget is used up and the connection must be closed.
  @inlinable
  public mutating func malformedMessageReceived() -> Bool {
    violationsSoFar += 1
    return violations <= violationsMax
  }
}

extension ServerConnectionStateMachine.Action: Equatable where Call: Equatable {}
