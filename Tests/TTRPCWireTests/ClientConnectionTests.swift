import TTRPCWire
import Testing

@Suite("The client's side of a connection")
struct ClientConnectionTests {
  @Test("streams get odd numbers, one after the other")
  func numbers() {
    var machine = ClientConnectionStateMachine<Int>()
    #expect((0..<4).map { machine.openStream(.unary, $0)?.rawValue } == [1, 3, 5, 7])
    #expect(machine.streamAbandoned(StreamID(7)) == 3)
    #expect(machine.openStream(.unary, 4) == StreamID(9))
    #expect(machine.openStreams == 4)
  }

  @Test("a frame over the limit fails its call and no other")
  func oversized() {
    var machine = ClientConnectionStateMachine<String>()
    _ = machine.openStream(.unary, "first")
    _ = machine.openStream(.serverStreaming, "second")
    let header = FrameHeader(dataLength: 11, streamID: StreamID(3), type: .data)
    let violation = ProtocolViolation.messageTooLarge(length: 11, limit: 10)
    #expect(
      machine.oversizedFrameReceived(header, limit: 10) == .failStream("second", violation)
    )
    #expect(machine.oversizedFrameReceived(header, limit: 10) == .ignore)
    #expect(machine.openStreams == 1)
  }

  @Test("a closed connection gives back every call that waits, once")
  func connectionClosed() {
    var machine = ClientConnectionStateMachine<Int>()
    for call in 0..<100 { _ = machine.openStream(.unary, call) }
    _ = machine.frameReceived(FrameHeader(dataLength: 0, streamID: StreamID(1), type: .response))
    #expect(machine.connectionClosed().sorted() == Array(1..<100))
    #expect(machine.connectionClosed() == [])
    #expect(machine.openStreams == 0)
  }
}
