import SeededRandom
import TTRPCWire
import Testing

@Suite("The client's side of a connection under random frames")
struct ClientRandomTests {
  private static let limit = 90

  @Test("does what the rules say, and is empty at the end", arguments: UInt64(1)...100)
  func againstRules(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var machine = ClientConnectionStateMachine<Int>(violationsMax: .max)
    var model = ClientReferenceModel()
    for step in 0..<2_000 {
      let comment = Comment("seed \(seed), step \(step)")
      Self.step(&machine, &model, &random, comment)
      #expect(machine.openStreams == model.open.count, comment)
      #expect(machine.violations == model.violations, comment)
    }
    #expect(machine.connectionClosed().sorted() == model.open.keys.map(Int.init).sorted())
    #expect(machine.openStreams == 0)
  }

  private static func step(
    _ machine: inout ClientConnectionStateMachine<Int>,
    _ model: inout ClientReferenceModel,
    _ random: inout SeededGenerator,
    _ comment: Comment
  ) {
    let near = UInt32(max(0, Int(model.nextNumber) + Int.random(in: -20...4, using: &random)))
    switch Int.random(in: 0..<1_000, using: &random) {
    case 0..<3:
      let ended = machine.goAwayReceived(lastStreamID: StreamID(near)).sorted()
      #expect(ended == model.goAway(near), comment)
    case 3..<8: negotiate(&machine, &model, isAgreed: near % 3 > 0)
    case 8..<300:
      let shape =
        [StreamShape.unary, .serverStreaming, .clientStreaming, .bidirectional]
        .randomElement(using: &random) ?? .unary
      let expected = model.opened(shape)
      let opened = machine.openStream(shape, Int(expected ?? 0))
      #expect(opened == expected.map { .opened(StreamID($0)) } ?? .isGoingAway, comment)
    case 300..<400:
      let abandoned = machine.streamAbandoned(StreamID(near))
      let expected = model.open.removeValue(forKey: near).map { _ in Int(near) }
      #expect(abandoned?.call == expected, comment)
      if let abandoned { #expect(abandoned.sendsCancel == model.isExtended(near), comment) }
    default:
      let header = randomHeader(on: near, &random)
      let expected = model.received(header, limit: limit)
      let action =
        header.dataLength > limit
        ? machine.oversizedFrameReceived(header, limit: limit) : machine.frameReceived(header)
      #expect(action == expected, comment)
    }
  }

  private static func negotiate(
    _ machine: inout ClientConnectionStateMachine<Int>,
    _ model: inout ClientReferenceModel,
    isAgreed: Bool
  ) {
    guard model.asked == nil, let number = model.opened(.unary) else { return }
    model.asked = number
    _ = machine.openStream(.unary, Int(number))
    machine.negotiationBegan(StreamID(number))
    let header = FrameHeader(dataLength: 0, streamID: StreamID(number), type: .response)
    #expect(machine.frameReceived(header) == model.received(header, limit: limit))
    model.isAgreed = isAgreed
    if isAgreed { _ = machine.negotiationSucceeded() } else { machine.negotiationFailed() }
  }

  private static func randomHeader(
    on near: UInt32,
    _ random: inout SeededGenerator
  ) -> FrameHeader {
    let isExtension = Bool.random(using: &random)
    return FrameHeader(
      dataLength: [0, 4, 8, Int.random(in: 0...100, using: &random)]
        .randomElement(using: &random) ?? 0,
      streamID: isExtension && Bool.random(using: &random) ? .connection : StreamID(near),
      type: FrameType(
        rawValue: UInt8.random(in: isExtension ? 0x0f...0x14 : 0...4, using: &random)
      ),
      flags: FrameFlags(rawValue: UInt8.random(in: 0...7, using: &random))
    )
  }
}
