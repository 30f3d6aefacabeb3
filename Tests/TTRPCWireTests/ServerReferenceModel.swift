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
      return number % 2 == 0 ? wrong(.refuse(.evenStreamID)) : .ignore
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
    case (false, _): return .deliver(Int(number), last: closes)
    case (true, true): return .remoteClosed(Int(number))
    case (true, false): return .ignore
    }
  }

  private mutating func wrong(_ action: Action) -> Action {
    violations += 1
    return violations > violationsMax ? .closeConnection : action
  }
}
