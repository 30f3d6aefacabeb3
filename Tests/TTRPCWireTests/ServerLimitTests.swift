import TTRPCWire
import Testing

@Suite("The limits of the server's side of a connection")
struct ServerLimitTests {
  private typealias Machine = ServerConnectionStateMachine<Int>

  private static func request(_ id: UInt32) -> FrameHeader {
    FrameHeader(dataLength: 0, streamID: StreamID(id), type: .request)
  }

  /// A machine with that many running unary calls, on streams 1, 3 and so on.
  private static func machine(running: Int, handlersMax: Int) -> Machine {
    var machine = Machine(handlersMax: handlersMax)
    for call in 0..<running {
      let id = StreamID(UInt32(call * 2 + 1))
      guard machine.frameReceived(request(id.rawValue)) == .openStream else { break }
      machine.streamOpened(id, call, .unary, flags: [])
    }
    return machine
  }

  @Test("more running handlers than allowed", arguments: [1, 8, 1024])
  func tooManyHandlers(limit: Int) {
    var machine = Self.machine(running: limit, handlersMax: limit)
    #expect(machine.runningHandlers == limit)
    let next = UInt32(limit * 2 + 1)
    #expect(
      machine.frameReceived(Self.request(next)) == .refuse(.tooManyHandlers(limit: limit))
    )
    #expect(machine.violations == 0, "to be busy is no fault")
    // A stream that has ended frees nothing while its handler runs.
    #expect(machine.streamEnded(StreamID(1)) == true)
    #expect(
      machine.frameReceived(Self.request(next + 2)) == .refuse(.tooManyHandlers(limit: limit))
    )
    machine.handlerEnded()
    #expect(machine.frameReceived(Self.request(next + 4)) == .openStream)
  }

  @Test("1,024 handlers are allowed unless another number is given")
  func defaultHandlers() {
    #expect(Self.machine(running: 2000, handlersMax: Machine().handlersMax).runningHandlers == 1024)
  }

  @Test("calls that are answered at once do not count as running")
  func answeredAtOnce() {
    var machine = Machine(handlersMax: 1)
    for id in stride(from: 1, to: 20_001, by: 2) {
      #expect(machine.frameReceived(Self.request(UInt32(id))) == .openStream)
    }
    #expect(machine.runningHandlers == 0)
    #expect(machine.openStreams == 0)
  }

  @Test(
    "more malformed frames than the budget: the one beyond it closes the connection",
    arguments: [
      FrameHeader(dataLength: 0, streamID: StreamID(2), type: .request),
      FrameHeader(dataLength: 0, streamID: StreamID(9), type: .data),
      FrameHeader(dataLength: 0, streamID: StreamID(1), type: .response),
      FrameHeader(dataLength: 0, streamID: StreamID(0), type: FrameType(rawValue: 0x12)),
    ]
  )
  func violationBudget(header: FrameHeader) {
    var machine = Machine(violationsMax: 3)
    for _ in 0..<3 { #expect(machine.frameReceived(header) != .closeConnection) }
    #expect(machine.frameReceived(header) == .closeConnection)
    #expect(machine.frameReceived(header) == .closeConnection)
  }

  @Test("100 violations are allowed unless another number is given")
  func defaultViolations() {
    var machine = Machine()
    let response = FrameHeader(dataLength: 0, streamID: StreamID(1), type: .response)
    let firstClosed = (1...500).first { _ in machine.frameReceived(response) == .closeConnection }
    #expect(firstClosed == 101)
  }

  @Test("messages that do not decode and frames over the limit use up the same budget")
  func sharedBudget() {
    var machine = Machine(violationsMax: 4)
    #expect(machine.malformedMessageReceived() == true)
    _ = machine.oversizedFrameReceived(Self.request(1), limit: 0)
    _ = machine.frameReceived(Self.request(2))
    #expect(machine.malformedMessageReceived() == true)
    #expect(machine.violations == 4)
    #expect(machine.malformedMessageReceived() == false)
    #expect(machine.oversizedFrameReceived(Self.request(3), limit: 0) == .closeConnection)
  }

  @Test("a stream that fails when the budget is used up closes the connection, and ends with it")
  func failureBeyondTheBudget() {
    var machine = Machine(violationsMax: 0)
    _ = machine.frameReceived(Self.request(1))
    machine.streamOpened(StreamID(1), 0, .unary, flags: [])
    let data = FrameHeader(dataLength: 0, streamID: StreamID(1), type: .data)
    #expect(machine.frameReceived(data) == .closeConnection)
    #expect(machine.connectionClosed() == [0], "or nobody would cancel its handler")
  }

  @Test("a closed connection gives back every call that is open, once")
  func connectionClosed() {
    var machine = Self.machine(running: 100, handlersMax: 1024)
    #expect(machine.streamEnded(StreamID(1)) == true)
    #expect(machine.connectionClosed().sorted() == Array(1..<100))
    #expect(machine.connectionClosed() == [])
    #expect(machine.openStreams == 0)
    #expect(machine.runningHandlers == 100, "they end one by one")
  }
}
