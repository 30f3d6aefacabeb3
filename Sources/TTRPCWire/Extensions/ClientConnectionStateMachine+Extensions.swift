// What a client does and understands beyond ttrpc 1.2. Until the server has agreed, nothing of it
// is sent, and such frames are of an unknown type.
extension ClientConnectionStateMachine {
  /// Whether the server has agreed on the extensions.
  @inlinable
  public var isAgreed: Bool {
    if case .on = extensions { true } else { false }
  }

  /// Whether the server has been asked and has not answered.
  @inlinable
  public var isAsking: Bool {
    if case .asked = extensions { true } else { false }
  }

  /// Whether the extensions hold for that stream.
  @inlinable
  public func isExtended(_ id: StreamID) -> Bool {
    if case .on(let above) = extensions { id > above } else { false }
  }

  /// Whether the server has announced that it will close the connection.
  @inlinable
  public var isGoingAway: Bool { lastServedID != nil }

  // MARK: Negotiation

  /// The call with that number asks for the extensions.
  public mutating func negotiationBegan(_ id: StreamID) {
    if case .off = extensions { extensions = .asked(id) }
  }

  /// The server has agreed.
  ///
  /// - Returns: streams that were given up before that and must be told now.
  public mutating func negotiationSucceeded() -> [StreamID] {
    guard case .asked(let id) = extensions else { return [] }
    extensions = .on(above: id)
    defer { abandonedEarly = [] }
    return abandonedEarly
  }

  /// The server has not agreed.
  public mutating func negotiationFailed() {
    guard case .asked = extensions else { return }
    extensions = .off
    abandonedEarly = []
  }

  // MARK: Calls

  /// The caller has given up. What the server still sends on the stream is ignored.
  ///
  /// - Returns: what was kept for the stream, if it was still there, and whether to tell the server.
  @inlinable
  public mutating func streamAbandoned(_ id: StreamID) -> (call: Call, sendsCancel: Bool)? {
    guard let stream = streams.remove(id) else { return nil }
    if isAsking { rememberAbandoned(id) }
    return (stream.call, isExtended(id))
  }

  @usableFromInline
  mutating func rememberAbandoned(_ id: StreamID) {
    if case .asked(let asking) = extensions, id > asking, abandonedEarly.count < Self.earlyMax {
      abandonedEarly.append(id)
    }
  }

  /// What the data of a WindowUpdate comes to.
  public enum OnGrant: Hashable, Sendable {
    case grant(Int)
    case ignore
    /// The server has used up its budget of violations.
    case closeConnection
  }

  /// The server says that it takes that many bytes more. A grant of nothing is a violation.
  public mutating func granted(_ byteCount: UInt32) -> OnGrant {
    if byteCount > 0 { return .grant(Int(byteCount)) }
    return malformedMessageReceived() ? .ignore : .closeConnection
  }

  /// The server serves no stream above that number and will close the connection.
  ///
  /// - Returns: what was kept for the streams that it does not serve, which have ended.
  public mutating func goAwayReceived(lastStreamID: StreamID) -> [Call] {
    let last = min(lastServedID ?? lastStreamID, lastStreamID)
    lastServedID = last
    let unserved = streams.all.filter { $0.id > last }
    for (id, _) in unserved { streams.remove(id) }
    return unserved.map(\.stream.call)
  }

  // MARK: Frames

  @usableFromInline
  mutating func extensionReceived(_ header: FrameHeader) -> Action {
    guard isAgreed else { return unknownReceived(header) }
    switch header.type {
    case .windowUpdate: return windowUpdateReceived(header)
    case .cancel: return cancelReceived(header)
    case .ping:
      guard header.streamID == .connection, header.dataLength == Self.pingLength else {
        return violated(.ignore)
      }
      return header.flags.contains(.acknowledgement) ? .pingAnswered : .answerPing
    case .goAway:
      return header.streamID == .connection ? .readGoAway : violated(.ignore)
    default: return unknownReceived(header)
    }
  }

  /// A type that a later version may have, on a stream of ours; elsewhere nothing can mean well.
  mutating func unknownReceived(_ header: FrameHeader) -> Action {
    header.streamID.isClientInitiated ? .ignore : violated(.ignore)
  }

  mutating func windowUpdateReceived(_ header: FrameHeader) -> Action {
    guard wasOpened(header.streamID), isExtended(header.streamID),
      header.dataLength == Self.grantLength
    else { return violated(.ignore) }
    guard let stream = streams[header.streamID] else { return .ignore }
    switch stream.shape {
    case .clientStreaming, .bidirectional: return .readGrant(stream.call)
    case .unary, .serverStreaming: return .ignore
    }
  }

  mutating func cancelReceived(_ header: FrameHeader) -> Action {
    guard wasOpened(header.streamID), isExtended(header.streamID) else { return violated(.ignore) }
    guard let stream = streams.remove(header.streamID) else { return .ignore }
    return .readCancel(stream.call)
  }

  /// Bytes of data of a Ping.
  static var pingLength: Int { 8 }
  /// Bytes of data of a WindowUpdate.
  static var grantLength: Int { 4 }
  /// Streams given up before the server has answered that are remembered; more are not told.
  static var earlyMax: Int { 1024 }
}
