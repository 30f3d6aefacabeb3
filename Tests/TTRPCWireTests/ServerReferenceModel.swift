import TTRPCWire

/// What wire.md asks of a server, told over the whole history of a connection and as plainly as
/// possible: it forgets nothing and is slow. The state machine is compared with it.
struct ServerReferenceModel {
  typealias Action = ServerConnectionStateMachine<Int>.Action

  enum Life {
    case open(shape: StreamShape, clientMaySend: Bool)
    case over
  }

  let handlersMax: Int
  let violationsMax: Int
  let emptyFramesMax: Int
  /// The stream on which the extensions were agreed on.
  var extensionsSince: UInt32?
  var isDraining = false
  /// How many Data frames in a row carried nothing, by stream.
  var empties: [UInt32: Int] = [:]
  /// Every stream that was ever opened, by its number, which also names the call.
  var streams: [UInt32: Life] = [:]
  var requests: [UInt32] = []
  var handlers = 0
  var violations = 0
  var dropped = 0

  var openStreams: Int { streams.values.count { if case .open = $0 { true } else { false } } }

  mutating func receive(_ header: FrameHeader, oversizedFor limit: Int?) -> Action {
    let number = header.streamID.rawValue
    let tooLarge = limit.map {
      ProtocolViolation.messageTooLarge(length: header.dataLength, limit: $0)
    }
    switch header.type {
    case .request:
      if number % 2 == 0 { return wrong(.refuse(.evenStreamID)) }
      let last = requests.max() ?? 0
      if number <= last { return wrong(.refuse(.streamIDNotIncreasing(last: StreamID(last)))) }
      requests.append(number)
      if isDraining { return .refuse(.shuttingDown) }
      if handlers >= handlersMax { return .refuse(.tooManyHandlers(limit: handlersMax)) }
      return tooLarge.map { wrong(.refuse($0)) } ?? .openStream
    case .response:
      return wrong(.ignore)
    case .data:
      if number % 2 == 0 || number > (requests.max() ?? 0) {
        return wrong(.refuse(.streamNeverOpened))
      }
      guard case .open(let shape, let clientMaySend)? = streams[number] else {
        dropped += 1
        return .ignore
      }
      if let violation = dataViolation(header, shape, clientMaySend) ?? tooLarge {
        streams[number] = .over
        return wrong(.failStream(Int(number), violation))
      }
      return data(header, shape)
    default:
      if let action = extended(header) { return action }
      return number % 2 == 0 ? wrong(.refuse(.evenStreamID)) : .ignore
    }
  }

  /// nil: the frame is of a type that means nothing.
  private mutating func extended(_ header: FrameHeader) -> Action? {
    guard extensionsSince != nil else { return nil }
    let number = header.streamID.rawValue
    let isKnown = number % 2 == 1 && number <= (requests.max() ?? 0)
    let isOpen = if case .open? = streams[number] { true } else { false }
    switch header.type {
    case .windowUpdate:
      if header.dataLength != 4 || !isKnown { return wrong(.ignore) }
      return isOpen ? .windowUpdate(Int(number)) : .ignore
    case .cancel:
      if !isKnown { return wrong(.ignore) }
      if isOpen { streams[number] = .over }
      return isOpen ? .cancelled(Int(number)) : .ignore
    case .ping:
      if header.dataLength != 8 || number != 0 { return wrong(.ignore) }
      return header.flags.contains(.acknowledgement) ? .pingAnswered : .answerPing
    case .goAway: return number == 0 ? .ignore : wrong(.ignore)
    default: return nil
    }
  }

  private func dataViolation(
    _ header: FrameHeader,
    _ shape: StreamShape,
    _ clientMaySend: Bool
  ) -> ProtocolViolation? {
    if shape == .unary { return .dataOnUnaryCall }
    if !clientMaySend { return .dataAfterRemoteClosed }
    let hasMessage = !header.flags.contains(.noData)
    return shape == .serverStreaming && hasMessage ? .dataAfterRemoteClosed : nil
  }

  private mutating func data(_ header: FrameHeader, _ shape: StreamShape) -> Action {
    let number = header.streamID.rawValue
    let closes = header.flags.contains(.remoteClosed)
    if closes { streams[number] = .open(shape: shape, clientMaySend: false) }
    switch (header.flags.contains(.noData), closes) {
    case (false, _):
      empties[number] = 0
      return .deliver(Int(number), last: closes)
    case (true, true): return .remoteClosed(Int(number))
    case (true, false):
      empties[number, default: 0] += 1
      return empties[number, default: 0] > emptyFramesMax ? wrong(.ignore) : .ignore
    }
  }

  private mutating func wrong(_ action: Action) -> Action {
    violations += 1
    return violations > violationsMax ? .closeConnection : action
  }
}
