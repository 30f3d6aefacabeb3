// The frames that only a client sends that has agreed on the extensions, and the drain.
extension ServerConnectionStateMachine {
  /// The client has asked for the extensions on that stream and is answered yes.
  ///
  /// They hold for streams above it; asking again changes nothing.
  public mutating func negotiated(on id: StreamID) {
    if extensionsSinceStream == nil { extensionsSinceStream = id }
  }

  /// Whether the client grants credit for what is sent on the stream.
  @inlinable
  public func hasWindow(_ id: StreamID) -> Bool {
    guard let extensionsSince else { return false }
    return id > extensionsSince
  }

  /// Refuses streams that are opened from now on.
  public mutating func beginDraining() {
    isDrainingNow = true
  }

  /// Every stream that is open, in no order.
  public var openCalls: [Call] { streams.all.map(\.stream.call) }

  @usableFromInline
  mutating func extensionReceived(_ header: FrameHeader) -> Action {
    if extensionsSince != nil {
      switch header.type {
      case .windowUpdate: return windowUpdateReceived(header)
      case .cancel: return cancelReceived(header)
      case .ping: return pingReceived(header)
      // A client that leaves says so, and needs no answer.
      case .goAway: return header.streamID == .connection ? .ignore : violated(.ignore)
      default: break
      }
    }
    return header.streamID.isClientInitiated ? .ignore : violated(.refuse(.evenStreamID))
  }

  /// Whether the client has opened that stream at some time.
  private func wasOpened(_ id: StreamID) -> Bool {
    id.isClientInitiated && id <= lastStreamID
  }

  private mutating func windowUpdateReceived(_ header: FrameHeader) -> Action {
    guard header.dataLength == 4, wasOpened(header.streamID) else { return violated(.ignore) }
    return streams[header.streamID].map { .windowUpdate($0.call) } ?? .ignore
  }

  private mutating func cancelReceived(_ header: FrameHeader) -> Action {
    guard wasOpened(header.streamID) else { return violated(.ignore) }
    return streams.remove(header.streamID).map { .cancelled($0.call) } ?? .ignore
  }

  private mutating func pingReceived(_ header: FrameHeader) -> Action {
    guard header.streamID == .connection, header.dataLength == 8 else { return violated(.ignore) }
    return header.flags.contains(.acknowledgement) ? .pingAnswered : .answerPing
  }
}
