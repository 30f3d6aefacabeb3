import TTRPCWire

extension FuzzTarget {
  /// Each four bytes are one thing that happens to a connection of the server: a frame, or an act of
  /// our own side.
  static let serverMachine = FuzzTarget(name: "server-machine", run: fuzzServerMachine) {
    let open: [UInt8] = [0, 0, 0, 0, 0, 2, 3, 0]
    let data: [UInt8] = [64, 1, 0, 9, 64, 1, 4, 0, 64, 1, 1, 3]
    let negotiated: [UInt8] = [0xf0, 1, 0, 0]
    let extended: [UInt8] = [130, 1, 0, 4, 134, 0, 0, 8, 138, 1, 0, 2]
    let ends: [UInt8] = [200, 1, 0, 0, 210, 0, 0, 0]
    return [
      open + data + ends, negotiated + open + extended + ends, open + [0xe0, 0, 0, 0] + open,
      data + extended, Array(repeating: open + data, count: 20).flatMap(\.self),
    ]
  }
}

private func fuzzServerMachine(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  var run = ServerMachineRun()
  while !input.isEmpty {
    try run.step(input.byte(), id: input.byte(), flags: input.byte(), length: input.byte())
  }
  try run.end()
}

/// A machine beside the little that must be true of it.
private struct ServerMachineRun {
  private static let handlersMax = 6
  private static let violationsMax = 10
  private static let frameLimit = 100

  private var machine = ServerConnectionStateMachine<UInt32>(
    handlersMax: handlersMax,
    violationsMax: violationsMax,
    emptyFramesMax: 3
  )
  private var open: Set<UInt32> = []
  private var handlers = 0
  private var last: UInt32 = 0
  private var isClosed = false

  mutating func step(_ what: UInt8, id: UInt8, flags: UInt8, length: UInt8) throws {
    switch what {
    case 0..<64: try receive(.request, nextID(id), flags, length, shape: id)
    case 64..<128: try receive(.data, id, flags, length, shape: id)
    case 128..<132: try receive(.windowUpdate, id, flags, length, shape: id)
    case 132..<136: try receive(.ping, id, flags, length, shape: id)
    case 136..<150: try receive(.cancel, id, flags, length, shape: id)
    case 150..<200: try receive(FrameType(rawValue: what &* 7), id, flags, length, shape: id)
    case 200..<210: try endStream(UInt32(id))
    case 210..<224: endHandler()
    case 224..<226: machine.beginDraining()
    case 226..<230: if !machine.malformedMessageReceived() { isClosed = true }
    default: machine.negotiated(on: StreamID(UInt32(id) | 1))
    }
    try promise(machine.openStreams == open.count, "the machine counts other streams than are open")
    try promise(machine.runningHandlers == handlers, "the machine counts other handlers than run")
    try promise(handlers <= Self.handlersMax, "more handlers run than may")
    try promise(isClosed || machine.violations <= Self.violationsMax, "the budget does not hold")
  }

  /// Mostly a good number, so that streams are opened at all.
  private func nextID(_ byte: UInt8) -> UInt8 {
    byte & 0xf0 == 0 ? UInt8(clamping: (last | 1) + (last == 0 ? 0 : 2)) : byte
  }

  private mutating func receive(
    _ type: FrameType,
    _ id: UInt8,
    _ flags: UInt8,
    _ length: UInt8,
    shape: UInt8
  ) throws {
    let header = FrameHeader(
      dataLength: Int(length),
      streamID: StreamID(UInt32(id)),
      type: type,
      flags: FrameFlags(rawValue: flags)
    )
    let isOversized = header.dataLength > Self.frameLimit
    let action =
      isOversized
      ? machine.oversizedFrameReceived(header, limit: Self.frameLimit)
      : machine.frameReceived(header)
    try check(action, header)
    if action == .openStream {
      try promise(!isOversized, "a Request over the limit opens a stream")
      opened(header, shape)
    }
    if type == .request, id & 1 == 1 { last = max(last, UInt32(id)) }
  }

  private mutating func check(
    _ action: ServerConnectionStateMachine<UInt32>.Action,
    _ header: FrameHeader
  ) throws {
    let id = header.streamID.rawValue
    switch action {
    case .openStream:
      try promise(id & 1 == 1 && id > last, "stream \(id) opens after \(last)")
      try promise(!machine.isDraining, "a stream opens while the server drains")
    case .deliver(let call, _), .remoteClosed(let call):
      try promise(call == id && open.contains(call), "a frame for \(id) reaches stream \(call)")
    case .windowUpdate(let call):
      try promise(call == id && open.contains(call), "credit for \(id) reaches stream \(call)")
      try promise(machine.extensionsSince != nil, "credit without an agreement")
    case .failStream(let call, _):
      try promise(open.remove(call) == id, "a frame of \(id) ends stream \(call)")
    case .cancelled(let call):
      try promise(open.remove(call) == id, "a Cancel for \(id) ends stream \(call)")
      try promise(machine.extensionsSince != nil, "a Cancel without an agreement")
    case .answerPing, .pingAnswered:
      try promise(machine.extensionsSince != nil, "a Ping without an agreement")
    case .closeConnection:
      try promise(machine.violations > Self.violationsMax, "closed within the budget")
      isClosed = true
    case .ignore, .refuse: break
    }
  }

  /// What our side does with a new stream: it answers at once, or keeps it in one shape or another.
  private mutating func opened(_ header: FrameHeader, _ choice: UInt8) {
    let shapes: [StreamShape?] = [nil, .unary, .serverStreaming, .clientStreaming]
    guard let shape = shapes[Int(choice & 3)] else { return }
    let id = header.streamID
    machine.streamOpened(id, id.rawValue, shape, flags: header.flags)
    open.insert(id.rawValue)
    handlers += 1
  }

  private mutating func endStream(_ id: UInt32) throws {
    let wasOpen = open.remove(id) != nil
    try promise(machine.isOpen(StreamID(id)) == wasOpen, "isOpen of \(id)")
    try promise(machine.streamEnded(StreamID(id)) == wasOpen, "streamEnded of \(id)")
  }

  private mutating func endHandler() {
    if handlers == 0 { return }
    machine.handlerEnded()
    handlers -= 1
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
