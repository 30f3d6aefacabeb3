import Foundation
import SeededRandom
import TTRPCWire
import Testing

@Suite("The server's side of a connection under random frames")
struct ServerRandomTests {
  /// Enough for 200,000 frames; WARDLINE_WIRE_SEEDS asks for more.
  private static let seeds =
    1...(ProcessInfo.processInfo.environment["WARDLINE_WIRE_SEEDS"].flatMap(UInt64.init) ?? 100)

  @Test("does what the reference model does, and is empty at the end", arguments: seeds)
  func againstModel(seed: UInt64) {
    var run = ServerRandomRun(seed: seed)
    for step in 0..<2_000 {
      let difference = run.step()
      #expect(difference == nil, "seed \(seed), step \(step)")
      if difference != nil { return }
    }
    #expect(run.endEverything() == nil, "seed \(seed), at the end")
  }
}

/// One connection, driven from a seed beside its reference model.
private struct ServerRandomRun {
  private var random: SeededGenerator
  private var machine: ServerConnectionStateMachine<Int>
  private var model: ServerReferenceModel
  private var handlersThatRun = 0

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let handlersMax = Int.random(in: 1...20, using: &random)
    // Some connections behave badly enough to be closed; most go on.
    let violationsMax = Int.random(in: 0..<10, using: &random) == 0 ? 50 : Int.max
    let emptyFramesMax = Int.random(in: 0...3, using: &random)
    machine = ServerConnectionStateMachine(
      handlersMax: handlersMax,
      violationsMax: violationsMax,
      emptyFramesMax: emptyFramesMax
    )
    model = ServerReferenceModel(
      handlersMax: handlersMax,
      violationsMax: violationsMax,
      emptyFramesMax: emptyFramesMax
    )
  }

  /// Lets one thing happen to both.
  ///
  /// - Returns: how they differ, if they do.
  mutating func step() -> String? {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return turn() ?? endStream()
    case 1:
      if handlersThatRun > 0 {
        handlersThatRun -= 1
        machine.handlerEnded()
        model.handlers -= 1
      }
      return difference()
    default: return receive()
    }
  }

  /// Agrees on the extensions or begins to drain, rarely.
  private mutating func turn() -> String? {
    switch Int.random(in: 0..<500, using: &random) {
    case 0..<5:
      let id = model.requests.last ?? 1
      machine.negotiated(on: StreamID(id))
      if model.extensionsSince == nil { model.extensionsSince = id }
    case 5 where model.requests.count > 200:
      machine.beginDraining()
      model.isDraining = true
    default: break
    }
    return machine.extensionsSince?.rawValue == model.extensionsSince ? nil : "extensionsSince"
  }

  mutating func endEverything() -> String? {
    let open = model.streams.filter { if case .open = $0.value { true } else { false } }
    guard machine.connectionClosed().sorted() == open.keys.map(Int.init).sorted() else {
      return "the open streams differ"
    }
    for _ in 0..<handlersThatRun { machine.handlerEnded() }
    return machine.openStreams == 0 && machine.runningHandlers == 0 ? nil : "something is left"
  }

  private mutating func receive() -> String? {
    let header = randomHeader()
    let limit = header.dataLength > 90 ? 90 : nil
    let expected = model.receive(header, oversizedFor: limit)
    let action =
      limit.map { machine.oversizedFrameReceived(header, limit: $0) }
      ?? machine.frameReceived(header)
    if action != expected { return "\(header): \(action), expected \(expected)" }
    if action == .openStream { openStream(header) }
    return difference()
  }

  private mutating func openStream(_ header: FrameHeader) {
    guard Int.random(in: 0..<4, using: &random) > 0 else { return }  // Else answered at once.
    let shape =
      [StreamShape.unary, .serverStreaming, .clientStreaming, .clientStreaming]
      .randomElement(using: &random) ?? .unary
    let number = header.streamID.rawValue
    let clientMaySend =
      switch shape {
      case .clientStreaming: !header.flags.contains(.remoteClosed)
      case .serverStreaming, .unary: header.flags.contains(.remoteOpen)
      }
    machine.streamOpened(header.streamID, Int(number), shape, flags: header.flags)
    model.streams[number] = .open(shape: shape, clientMaySend: clientMaySend)
    model.handlers += 1
    handlersThatRun += 1
  }

  private mutating func endStream() -> String? {
    let number = recentNumber()
    let wasOpen = if case .open? = model.streams[number] { true } else { false }
    if wasOpen { model.streams[number] = .over }
    if machine.isOpen(StreamID(number)) != wasOpen { return "isOpen of \(number)" }
    if machine.streamEnded(StreamID(number)) != wasOpen { return "streamEnded of \(number)" }
    return difference()
  }

  private func difference() -> String? {
    if machine.openStreams != model.openStreams { return "openStreams" }
    if machine.runningHandlers != model.handlers { return "runningHandlers" }
    if machine.violations != model.violations { return "violations" }
    if machine.droppedFrames != model.dropped { return "droppedFrames" }
    return nil
  }

  /// A number about where the connection is, so that most frames mean something.
  private mutating func recentNumber() -> UInt32 {
    let last = Int(model.requests.last ?? 0)
    return UInt32(max(0, last + Int.random(in: -20...4, using: &random)))
  }

  private mutating func randomHeader() -> FrameHeader {
    let type: FrameType =
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<7: .request
      case 7..<14: .data
      case 14..<17: FrameType(rawValue: .random(in: 0x10...0x13, using: &random))
      case 17: .response
      default: FrameType(rawValue: .random(in: .min ... .max, using: &random))
      }
    var number = recentNumber()
    var length = Int.random(in: 0...100, using: &random)
    if type.rawValue >= 0x10 && Bool.random(using: &random) {
      length = type == .ping ? 8 : 4
      if type == .ping || type == .goAway { number = 0 }
    }
    if type == .request && Bool.random(using: &random) {
      number = ((model.requests.last ?? 0) | 1) + UInt32.random(in: 1...2, using: &random) * 2
    }
    return FrameHeader(
      dataLength: length,
      streamID: StreamID(number),
      type: type,
      flags: FrameFlags(rawValue: UInt8.random(in: 0...7, using: &random))
    )
  }
}
