import TTRPCWire

extension FuzzTarget {
  /// Each four bytes are one thing that happens to a connection of the client: a frame, or an act of
  /// our own side.
  static let clientMachine = FuzzTarget(name: "client-machine", run: fuzzClientMachine) {
    let open: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0]
    let agreed: [UInt8] = [232, 1, 0, 0, 240, 0, 0, 0]
    let frames: [UInt8] = [64, 1, 0, 9, 100, 3, 0, 9, 100, 3, 5, 0, 100, 5, 0, 0]
    let extended: [UInt8] = [140, 5, 0, 4, 150, 7, 0, 2, 160, 0, 0, 8, 170, 0, 0, 2]
    let ends: [UInt8] = [210, 3, 0, 0, 220, 3, 0, 0]
    return [
      open + frames + ends, open + agreed + open + extended + frames, agreed + open + ends,
      frames + extended, Array(repeating: open + frames, count: 20).flatMap(\.self),
    ]
  }
}

private func fuzzClientMachine(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  var run = ClientMachineRun()
  while !input.isEmpty {
    try run.step(input.byte(), id: input.byte(), flags: input.byte(), length: input.byte())
  }
  try run.end()
}

/// A machine beside the little that must be true of it. A call is known by its stream's number.
private struct ClientMachineRun {
  private static let violationsMax = 10
  private static let frameLimit = 100

  private var machine = ClientConnectionStateMachine<UInt32>(violationsMax: violationsMax)
  private var open: Set<UInt32> = []
  private var opened: UInt32 = 0
  private var isClosed = false

  mutating func step(_ what: UInt8, id: UInt8, flags: UInt8, length: UInt8) throws {
    switch what {
    case 0..<64: try openStream(id)
    case 64..<100: try receive(.response, id, flags, length)
    case 100..<140: try receive(.data, id, flags, length)
    case 140..<150: try receive(.windowUpdate, id, flags, length)
    case 150..<160: try receive(.cancel, id, flags, length)
    case 160..<170: try receive(.ping, id, flags, length)
    case 170..<180: try receive(.goAway, id, flags, length)
    case 180..<210: try receive(FrameType(rawValue: what &* 7), id, flags, length)
    case 210..<220: try abandon(UInt32(id))
    case 220..<226: try goAway(UInt32(id))
    case 226..<232: if !machine.malformedMessageReceived() { isClosed = true }
    case 232..<240: machine.negotiationBegan(StreamID(UInt32(id) | 1))
    case 240..<250: try negotiated()
    default: machine.negotiationFailed()
    }
    try promise(machine.openStreams == open.count, "the machine counts other streams than are open")
    try promise(isClosed || machine.violations <= Self.violationsMax, "the budget does not hold")
  }

  private mutating func openStream(_ choice: UInt8) throws {
    let shapes: [StreamShape] = [.unary, .serverStreaming, .clientStreaming, .bidirectional]
    let next = opened == 0 ? 1 : opened + 2
    switch machine.openStream(shapes[Int(choice & 3)], next) {
    case .opened(let id):
      try promise(id.rawValue == next, "stream \(id) opens instead of \(next)")
      try promise(!machine.isGoingAway, "a stream opens on a connection that will be closed")
      opened = next
      open.insert(next)
    case .isGoingAway, .isOutOfNumbers: break
    }
  }

  private mutating func receive(
    _ type: FrameType,
    _ id: UInt8,
    _ flags: UInt8,
    _ length: UInt8
  ) throws {
    let header = FrameHeader(
      dataLength: Int(length),
      streamID: StreamID(UInt32(id)),
      type: type,
      flags: FrameFlags(rawValue: flags)
    )
    let action =
      header.dataLength > Self.frameLimit
      ? machine.oversizedFrameReceived(header, limit: Self.frameLimit)
      : machine.frameReceived(header)
    try check(action, UInt32(id))
  }

  private mutating func check(
    _ action: ClientConnectionStateMachine<UInt32>.Action,
    _ id: UInt32
  ) throws {
    switch action {
    case .deliver(let call, let last):
      try promise(call == id && open.contains(call), "a frame for \(id) reaches stream \(call)")
      if last { open.remove(call) }
    case .response(let call), .endOfStream(let call), .failStream(let call, _):
      try promise(open.remove(call) == id, "a frame of \(id) ends stream \(call)")
    case .readCancel(let call):
      try promise(open.remove(call) == id, "a Cancel for \(id) ends stream \(call)")
      try promise(machine.isExtended(StreamID(id)), "a Cancel without an agreement")
    case .readGrant(let call):
      try promise(call == id && open.contains(call), "credit for \(id) reaches stream \(call)")
      try promise(machine.isExtended(StreamID(id)), "credit without an agreement")
      if machine.granted(id & 1) == .closeConnection { isClosed = true }
    case .answerPing, .pingAnswered, .readGoAway:
      try promise(machine.isAgreed, "a frame of the extensions without an agreement")
    case .closeConnection:
      try promise(machine.violations > Self.violationsMax, "closed within the budget")
      isClosed = true
    case .ignore: break
    }
  }

  private mutating func abandon(_ id: UInt32) throws {
    let wasOpen = open.remove(id) != nil
    let abandoned = machine.streamAbandoned(StreamID(id))
    try promise((abandoned != nil) == wasOpen, "giving up \(id)")
    if let abandoned {
      try promise(abandoned.call == id, "giving up \(id) ends stream \(abandoned.call)")
      try promise(
        !abandoned.sendsCancel || machine.isAgreed,
        "a Cancel is sent to a server that does not know it"
      )
    }
  }

  private mutating func goAway(_ last: UInt32) throws {
    let ended = Set(machine.goAwayReceived(lastStreamID: StreamID(last)))
    try promise(ended.isSubset(of: open), "a GoAway ends streams that are not open")
    try promise(ended.allSatisfy { $0 > last }, "a GoAway ends a stream that it serves")
    open.subtract(ended)
    try promise(open.allSatisfy { $0 <= last }, "a GoAway leaves a stream that it does not serve")
  }

  private mutating func negotiated() throws {
    for id in machine.negotiationSucceeded() {
      try promise(!open.contains(id.rawValue), "stream \(id) is to be cancelled and still open")
      try promise(id.rawValue <= opened, "stream \(id) is to be cancelled and was never opened")
    }
  }

  mutating func end() throws {
    let left = machine.connectionClosed()
    try promise(
      left.count == open.count && Set(left) == open,
      "other streams are left than are open"
    )
    try promise(machine.openStreams == 0, "streams outlive their connection")
  }
}
