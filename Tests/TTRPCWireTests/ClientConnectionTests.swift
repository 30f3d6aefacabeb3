import TTRPCWire
import Testing

@Suite("The client's side of a connection")
struct ClientConnectionTests {
  private typealias Machine = ClientConnectionStateMachine<String>

  private static func header(_ id: UInt32, _ type: FrameType, length: Int = 0) -> FrameHeader {
    FrameHeader(dataLength: length, streamID: StreamID(id), type: type)
  }

  @Test("streams get odd numbers, one after the other")
  func numbers() {
    var machine = ClientConnectionStateMachine<Int>()
    let left = machine.numbersLeft
    let numbers = (0..<4).map { machine.opened(.unary, $0)?.rawValue }
    #expect(numbers == [1, 3, 5, 7])
    #expect(machine.abandoned(StreamID(7)) == 3)
    #expect(machine.opened(.unary, 4) == StreamID(9))
    #expect(machine.openStreams == 4)
    #expect(left == 1 << 30 && machine.numbersLeft == left - 5)
  }

  @Test("a frame over the limit fails its call and no other")
  func oversized() {
    var machine = Machine()
    _ = machine.opened(.unary, "first")
    _ = machine.opened(.serverStreaming, "second")
    let header = Self.header(3, .data, length: 11)
    let violation = ProtocolViolation.messageTooLarge(length: 11, limit: 10)
    #expect(
      machine.oversizedFrameReceived(header, limit: 10) == .failStream("second", violation)
    )
    #expect(machine.oversizedFrameReceived(header, limit: 10) == .ignore)
    #expect(machine.openStreams == 1)
    #expect(machine.violations == 1)
    let request = Self.header(1, .request, length: 11)
    #expect(machine.oversizedFrameReceived(request, limit: 10) == .ignore)
    #expect(machine.openStreams == 1, "a Request ends nothing")
  }

  @Test("frames of the extensions over the limit mean what they can without their data")
  func oversizedExtensions() {
    var (machine, id) = Self.agreed()
    for type in [FrameType.windowUpdate, .ping, .goAway] {
      let number = type == .windowUpdate ? id.rawValue : 0
      let header = Self.header(number, type, length: 5 << 20)
      #expect(machine.oversizedFrameReceived(header, limit: 4 << 20) == .ignore)
    }
    #expect(machine.violations == 3)
    let cancel = Self.header(id.rawValue, .cancel, length: 5 << 20)
    #expect(machine.oversizedFrameReceived(cancel, limit: 4 << 20) == .readCancel("call"))
  }

  @Test("a closed connection gives back every call that waits, once")
  func connectionClosed() {
    var machine = ClientConnectionStateMachine<Int>()
    for call in 0..<100 { _ = machine.opened(.unary, call) }
    _ = machine.frameReceived(Self.header(1, .response))
    #expect(machine.connectionClosed().sorted() == Array(1..<100))
    #expect(machine.connectionClosed() == [])
    #expect(machine.openStreams == 0)
  }

  // MARK: Extensions

  /// A machine that has agreed with its server, and a stream that was opened after that.
  private static func agreed() -> (Machine, StreamID) {
    var machine = Machine()
    if let asking = machine.opened(.unary, "negotiation") { machine.negotiationBegan(asking) }
    _ = machine.frameReceived(header(1, .response))
    _ = machine.negotiationSucceeded()
    let id = machine.opened(.bidirectional, "call") ?? .connection
    return (machine, id)
  }

  @Test("a call that is given up is cancelled where the extensions hold, and nowhere else")
  func cancel() {
    var machine = Machine()
    let before = machine.opened(.unary, "before") ?? .connection
    let asking = machine.opened(.unary, "negotiation") ?? .connection
    machine.negotiationBegan(asking)
    let early = machine.opened(.unary, "early") ?? .connection
    let after = machine.opened(.unary, "after") ?? .connection
    #expect(machine.sendsCancelWhenAbandoned(early) == false, "the server has not agreed yet")
    #expect(machine.frameReceived(Self.header(3, .response)) == .response("negotiation"))
    #expect(machine.negotiationSucceeded() == [early], "now it is told")
    #expect(machine.negotiationSucceeded() == [])
    #expect(machine.sendsCancelWhenAbandoned(before) == false)
    #expect(machine.sendsCancelWhenAbandoned(after) == true)
    #expect(machine.sendsCancelWhenAbandoned(after) == nil)
  }

  @Test("a server that does not agree is told nothing, whatever it says later")
  func refused() {
    var machine = Machine()
    let asking = machine.opened(.unary, "negotiation") ?? .connection
    machine.negotiationBegan(asking)
    let id = machine.opened(.unary, "call") ?? .connection
    #expect(machine.isAsking && !machine.isAgreed)
    machine.negotiationFailed()
    #expect(machine.negotiationSucceeded() == [])
    #expect(!machine.isAsking && !machine.isAgreed && !machine.isExtended(id))
    #expect(machine.sendsCancelWhenAbandoned(id) == false)
  }

  @Test("a grant of nothing is a violation, any other is a grant")
  func grants() {
    var (machine, _) = Self.agreed()
    #expect(machine.granted(1) == .grant(1))
    #expect(machine.granted(.max) == .grant(Int(UInt32.max)))
    #expect(machine.granted(0) == .ignore)
    while machine.violations < machine.violationsMax { _ = machine.granted(0) }
    #expect(machine.granted(0) == .closeConnection)
  }

  @Test("a goaway ends the streams above its number and keeps new ones from being opened")
  func goAway() {
    var (machine, _) = Self.agreed()
    for number in 0..<10 { _ = machine.opened(.unary, "\(5 + 2 * number)") }
    #expect(!machine.isGoingAway)
    #expect(machine.goAwayReceived(lastStreamID: StreamID(19)).sorted() == ["21", "23"])
    #expect(machine.isGoingAway)
    #expect(machine.openStream(.unary, "late") == .isGoingAway)
    #expect(machine.frameReceived(Self.header(21, .response)) == .ignore)
    #expect(machine.goAwayReceived(lastStreamID: .lastOfClient) == [], "it cannot take it back")
    #expect(machine.goAwayReceived(lastStreamID: StreamID(17)) == ["19"], "it can say less")
    #expect(machine.frameReceived(Self.header(17, .response)) == .response("17"))
    #expect(machine.goAwayReceived(lastStreamID: .connection).count == 7)
    #expect(machine.openStreams == 0)
  }

  @Test("data that cannot be read counts as a violation")
  func malformed() {
    var machine = Machine(violationsMax: 2)
    let isWithinBudget = (0..<3).map { _ in machine.malformedMessageReceived() }
    #expect(isWithinBudget == [true, true, false])
  }
}
