import SeededRandom
import TTRPCWire
import Testing

@Suite("The client's side of a connection under random frames")
struct ClientRandomTests {
  @Test("does what the rules say, and is empty at the end", arguments: UInt64(1)...50)
  func againstRules(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var machine = ClientConnectionStateMachine<Int>()
    var open: [UInt32: StreamShape] = [:]
    var opened: UInt32 = 0
    for step in 0..<2_000 {
      let comment = Comment("seed \(seed), step \(step)")
      let near = UInt32(max(0, Int(opened) * 2 + Int.random(in: -20...4, using: &random)))
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<3:
        let shape =
          [StreamShape.unary, .serverStreaming, .clientStreaming]
          .randomElement(using: &random) ?? .unary
        let number = opened * 2 + 1
        #expect(machine.openStream(shape, Int(number)) == StreamID(number), comment)
        open[number] = shape
        opened += 1
      case 3:
        let abandoned = open.removeValue(forKey: near).map { _ in Int(near) }
        #expect(machine.streamAbandoned(StreamID(near)) == abandoned, comment)
      default:
        let header = FrameHeader(
          dataLength: Int.random(in: 0...100, using: &random),
          streamID: StreamID(near),
          type: FrameType(rawValue: UInt8.random(in: 0...4, using: &random)),
          flags: FrameFlags(rawValue: UInt8.random(in: 0...7, using: &random))
        )
        let isOversized = header.dataLength > 90
        let expected = Self.rule(header, isOversized ? 90 : nil, &open)
        let action =
          isOversized
          ? machine.oversizedFrameReceived(header, limit: 90) : machine.frameReceived(header)
        #expect(action == expected, comment)
      }
      #expect(machine.openStreams == open.count, comment)
    }
    #expect(machine.connectionClosed().sorted() == open.keys.map(Int.init).sorted())
    #expect(machine.openStreams == 0)
  }

  private static func rule(
    _ header: FrameHeader,
    _ limit: Int?,
    _ open: inout [UInt32: StreamShape]
  ) -> ClientConnectionStateMachine<Int>.Action {
    let number = header.streamID.rawValue
    guard let shape = open[number] else { return .ignore }
    if let limit {
      open[number] = nil
      return .failStream(Int(number), .messageTooLarge(length: header.dataLength, limit: limit))
    }
    let closes = header.flags.contains(.remoteClosed)
    switch header.type {
    case .response:
      open[number] = nil
      return .response(Int(number))
    case .data where shape == .unary:
      open[number] = nil
      return .failStream(Int(number), .dataOnUnaryCall)
    case .data:
      if closes { open[number] = nil }
      if !header.flags.contains(.noData) { return .deliver(Int(number), last: closes) }
      return closes ? .endOfStream(Int(number)) : .ignore
    default: return .ignore
    }
  }
}
