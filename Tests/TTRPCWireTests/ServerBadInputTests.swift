import TTRPCWire
import Testing

/// The rows of "What bad input gets" that the state machine decides, each under its name.
@Suite("What bad input gets")
struct ServerBadInputTests {
  private typealias Machine = ServerConnectionStateMachine<String>

  private static let tooLarge = ProtocolViolation.messageTooLarge(length: 11, limit: 10)

  private static func header(
    _ type: FrameType,
    _ id: UInt32,
    _ flags: FrameFlags = [],
    length: Int = 0
  ) -> FrameHeader {
    FrameHeader(dataLength: length, streamID: StreamID(id), type: type, flags: flags)
  }

  /// A machine with a call of that shape on stream 1.
  private static func machine(_ shape: StreamShape, flags: FrameFlags = .remoteOpen) -> Machine {
    var machine = Machine()
    _ = machine.frameReceived(header(.request, 1, flags))
    machine.streamOpened(StreamID(1), "call", shape, flags: flags)
    return machine
  }

  @Test("data longer than the limit: a Request")
  func oversizedRequest() {
    var machine = Machine()
    let request = Self.header(.request, 1, length: 11)
    #expect(machine.oversizedFrameReceived(request, limit: 10) == .refuse(Self.tooLarge))
    #expect(machine.violations == 1)
    // The number is used up, and the next call is served.
    #expect(
      machine.frameReceived(Self.header(.request, 1))
        == .refuse(.streamIDNotIncreasing(last: StreamID(1)))
    )
    #expect(machine.frameReceived(Self.header(.request, 3)) == .openStream)
  }

  @Test(
    "data longer than the limit: Data of a stream, whatever its flags",
    arguments: UInt8(0)..<8
  )
  func oversizedData(flags: UInt8) {
    var machine = Self.machine(.clientStreaming)
    let data = Self.header(.data, 1, FrameFlags(rawValue: flags), length: 11)
    #expect(machine.oversizedFrameReceived(data, limit: 10) == .failStream("call", Self.tooLarge))
    #expect(machine.openStreams == 0)
    #expect(machine.violations == 1)
    #expect(machine.oversizedFrameReceived(data, limit: 10) == .ignore)
    #expect(machine.frameReceived(Self.header(.request, 3)) == .openStream)
  }

  @Test("data longer than the limit: where the frame itself is wrong, that is the answer")
  func oversizedAndWrong() {
    var machine = Self.machine(.unary)
    let request = Self.header(.request, 2, length: 11)
    #expect(machine.oversizedFrameReceived(request, limit: 10) == .refuse(.evenStreamID))
    let unknown = Self.header(.data, 9, length: 11)
    #expect(machine.oversizedFrameReceived(unknown, limit: 10) == .refuse(.streamNeverOpened))
    let onUnary = Self.header(.data, 1, length: 11)
    #expect(
      machine.oversizedFrameReceived(onUnary, limit: 10) == .failStream("call", .dataOnUnaryCall)
    )
    let response = Self.header(.response, 1, length: 11)
    #expect(machine.oversizedFrameReceived(response, limit: 10) == .ignore)
    #expect(machine.violations == 4)
  }

  @Test("even or zero stream id on a Request", arguments: [0, 2, 1 << 31, .max - 1] as [UInt32])
  func evenStreamID(id: UInt32) {
    var machine = Machine()
    #expect(machine.frameReceived(Self.header(.request, id)) == .refuse(.evenStreamID))
    #expect(machine.frameReceived(Self.header(.request, 1)) == .openStream)
  }

  @Test("stream id not above the last one", arguments: [1, 5, 7] as [UInt32])
  func streamIDNotAboveTheLastOne(id: UInt32) {
    var machine = Machine()
    _ = machine.frameReceived(Self.header(.request, 7))
    #expect(
      machine.frameReceived(Self.header(.request, id))
        == .refuse(.streamIDNotIncreasing(last: StreamID(7)))
    )
    #expect(machine.frameReceived(Self.header(.request, 9)) == .openStream)
  }

  @Test("stream id not above the last one: a stream of that number goes on")
  func reusedStreamID() {
    var machine = Self.machine(.clientStreaming)
    _ = machine.frameReceived(Self.header(.request, 1))
    #expect(machine.frameReceived(Self.header(.data, 1)) == .deliver("call", last: false))
  }

  @Test("stream ids may skip, up to the largest")
  func skippingStreamIDs() {
    var machine = Machine()
    for id in [1, 3, 9, 101, 0x7fff_ffff, .max] as [UInt32] {
      #expect(machine.frameReceived(Self.header(.request, id)) == .openStream)
    }
  }

  @Test("Data for a stream that has ended")
  func dataAfterTheEnd() {
    var machine = Self.machine(.clientStreaming)
    #expect(machine.streamEnded(StreamID(1)) == true)
    for dropped in 1...3 {
      #expect(machine.frameReceived(Self.header(.data, 1)) == .ignore)
      #expect(machine.droppedFrames == dropped)
    }
    #expect(machine.violations == 0)
  }

  @Test("Data for a stream never opened")
  func dataBeforeTheRequest() {
    var machine = Machine()
    #expect(machine.frameReceived(Self.header(.data, 1)) == .refuse(.streamNeverOpened))
    #expect(machine.frameReceived(Self.header(.request, 1)) == .openStream)
  }

  @Test(
    "Data after remote closed",
    arguments: [StreamShape.clientStreaming, .serverStreaming],
    [0, 4, 5] as [UInt8]
  )
  func dataAfterRemoteClosed(shape: StreamShape, flags: UInt8) {
    var machine = Self.machine(shape, flags: .remoteClosed)
    let data = Self.header(.data, 1, FrameFlags(rawValue: flags))
    #expect(machine.frameReceived(data) == .failStream("call", .dataAfterRemoteClosed))
    #expect(!machine.isOpen(StreamID(1)))
    #expect(machine.streamEnded(StreamID(1)) == false)
  }

  @Test("Data on a running unary call")
  func dataOnUnaryCall() {
    var machine = Self.machine(.unary, flags: [])
    #expect(
      machine.frameReceived(Self.header(.data, 1)) == .failStream("call", .dataOnUnaryCall)
    )
    #expect(machine.streamEnded(StreamID(1)) == false, "nothing more may be sent on the stream")
    #expect(machine.runningHandlers == 1, "the handler is still there")
  }

  @Test("Response from a client")
  func responseFromAClient() {
    var machine = Self.machine(.unary)
    #expect(machine.frameReceived(Self.header(.response, 1)) == .ignore)
    #expect(machine.isOpen(StreamID(1)))
  }

  @Test(
    "unknown frame type on an odd stream id",
    arguments: [0, 4, 0x10, 0x13, 0x7f, 0xff] as [UInt8]
  )
  func unknownFrameType(type: UInt8) {
    var machine = Machine()
    let unknown = Self.header(FrameType(rawValue: type), 5, FrameFlags(rawValue: 0xff))
    #expect(machine.frameReceived(unknown) == .ignore)
    #expect(machine.violations == 0)
    // The number is not used up.
    #expect(machine.frameReceived(Self.header(.request, 1)) == .openStream)
  }
}
