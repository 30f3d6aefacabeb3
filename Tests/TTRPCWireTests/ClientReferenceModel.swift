import TTRPCWire

/// What wire.md's rules for a client come to, written as plainly as possible.
struct ClientReferenceModel {
  typealias Action = ClientConnectionStateMachine<Int>.Action

  var open: [UInt32: StreamShape] = [:]
  var nextNumber: UInt32 = 1
  /// The number of the call that asked, and whether the answer was yes.
  var asked: UInt32?
  var isAgreed = false
  var lastServed: UInt32?
  var violations = 0

  mutating func opened(_ shape: StreamShape) -> UInt32? {
    if lastServed != nil { return nil }
    defer { nextNumber += 2 }
    open[nextNumber] = shape
    return nextNumber
  }

  func isExtended(_ number: UInt32) -> Bool {
    if let asked, isAgreed { number > asked } else { false }
  }

  mutating func goAway(_ last: UInt32) -> [Int] {
    let served = min(lastServed ?? last, last)
    lastServed = served
    let ended = open.keys.filter { $0 > served }
    for number in ended { open[number] = nil }
    return ended.map(Int.init).sorted()
  }

  mutating func received(_ header: FrameHeader, limit: Int) -> Action {
    let number = header.streamID.rawValue
    let isOversized = header.dataLength > limit
    let wasOpened = number % 2 == 1 && number < nextNumber
    switch (header.type, open[number]) {
    case (.request, _): return violation
    case (.response, nil), (.data, nil): return wasOpened ? .ignore : violation
    case (.response, _), (.data, _):
      if isOversized {
        violations += 1
        open[number] = nil
        let reason = ProtocolViolation.messageTooLarge(length: header.dataLength, limit: limit)
        return .failStream(Int(number), reason)
      }
      return header.type == .response ? ended(number, .response(Int(number))) : data(header)
    case (.windowUpdate, let shape) where isAgreed:
      guard wasOpened, isExtended(number), header.dataLength == 4 else { return violation }
      let isSent = shape == .clientStreaming || shape == .bidirectional
      return isSent ? .readGrant(Int(number)) : .ignore
    case (.cancel, let shape) where isAgreed:
      guard wasOpened, isExtended(number) else { return violation }
      return shape == nil ? .ignore : ended(number, .readCancel(Int(number)))
    case (.ping, _) where isAgreed:
      guard number == 0, header.dataLength == 8 else { return violation }
      return header.flags.contains(.acknowledgement) ? .pingAnswered : .answerPing
    case (.goAway, _) where isAgreed:
      return number == 0 && !isOversized ? .readGoAway : violation
    default: return number % 2 == 1 ? .ignore : violation
    }
  }

  private mutating func data(_ header: FrameHeader) -> Action {
    let number = header.streamID.rawValue
    let call = Int(number)
    let closes = header.flags.contains(.remoteClosed)
    switch open[number] {
    case .unary, .clientStreaming:
      violations += 1
      let isUnary = open[number] == .unary
      return ended(number, .failStream(call, isUnary ? .dataOnUnaryCall : .dataInsteadOfResponse))
    case .serverStreaming, .bidirectional, nil:
      if closes { open[number] = nil }
      if !header.flags.contains(.noData) { return .deliver(call, last: closes) }
      return closes ? .endOfStream(call) : .ignore
    }
  }

  private mutating func ended(_ number: UInt32, _ action: Action) -> Action {
    open[number] = nil
    return action
  }

  private var violation: Action {
    mutating get {
      violations += 1
      return .ignore
    }
  }
}
