import TTRPCWire
import Testing

@Suite("The server's answer to every frame of the extensions")
struct ServerExtensionTableTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    let state: String
    let type: FrameType
    let flags: FrameFlags
    let dataLength: Int
    let expected: Character

    var testDescription: String {
      "\(state), type \(type.rawValue), flags \(flags.rawValue), \(dataLength) bytes"
    }
  }

  // A letter for each length of data (0, 4, 8, 9), first with flags 0, then with flags 1.
  //   W grant   X cancelled   P answer the Ping   p the Ping was answered
  //   . ignore  r ignore, a violation
  private static let negotiated = """
    never opened     WindowUpdate  rrrr rrrr
    never opened     Cancel        rrrr rrrr
    never opened     Ping          rrrr rrrr
    never opened     GoAway        rrrr rrrr
    ended            WindowUpdate  r.rr r.rr
    ended            Cancel        .... ....
    ended            Ping          rrrr rrrr
    ended            GoAway        rrrr rrrr
    unary            WindowUpdate  rWrr rWrr
    unary            Cancel        XXXX XXXX
    unary            Ping          rrrr rrrr
    unary            GoAway        rrrr rrrr
    server-streaming WindowUpdate  rWrr rWrr
    server-streaming Cancel        XXXX XXXX
    server-streaming Ping          rrrr rrrr
    server-streaming GoAway        rrrr rrrr
    client-streaming WindowUpdate  rWrr rWrr
    client-streaming Cancel        XXXX XXXX
    client-streaming Ping          rrrr rrrr
    client-streaming GoAway        rrrr rrrr
    even-number      WindowUpdate  rrrr rrrr
    even-number      Cancel        rrrr rrrr
    even-number      Ping          rrrr rrrr
    even-number      GoAway        rrrr rrrr
    connection       WindowUpdate  rrrr rrrr
    connection       Cancel        rrrr rrrr
    connection       Ping          rrPr rrpr
    connection       GoAway        .... ....
    """

  private static let types: [Substring: FrameType] = [
    "WindowUpdate": .windowUpdate, "Cancel": .cancel, "Ping": .ping, "GoAway": .goAway,
  ]
  private static let lengths = [0, 4, 8, 9]

  static let cells: [Cell] = negotiated.split(separator: "\n").flatMap { line in
    let words = line.split(separator: " ")
    let letters = Array(words.suffix(2).joined())
    let state = words.dropLast(3).joined(separator: " ")
    let type = types[words.dropLast(2).last ?? ""] ?? .data
    return letters.indices.map { index in
      Cell(
        state: state,
        type: type,
        flags: FrameFlags(rawValue: index < lengths.count ? 0 : 1),
        dataLength: lengths[index % lengths.count],
        expected: letters[index]
      )
    }
  }

  private typealias Machine = ServerConnectionStateMachine<String>

  @Test("as the table says, once the extensions are agreed on", arguments: cells)
  func agreed(_ cell: Cell) throws {
    var (machine, id) = try #require(Self.machine(in: cell.state, isNegotiated: true))
    let openBefore = machine.openStreams
    let action = machine.frameReceived(
      FrameHeader(dataLength: cell.dataLength, streamID: id, type: cell.type, flags: cell.flags)
    )
    #expect(action == Self.action(cell.expected))
    #expect(machine.violations == (cell.expected == "r" ? 1 : 0))
    #expect(machine.openStreams == openBefore - (cell.expected == "X" ? 1 : 0))
  }

  @Test("before that, each is a frame of unknown type", arguments: cells)
  func plain(_ cell: Cell) throws {
    var (machine, id) = try #require(Self.machine(in: cell.state, isNegotiated: false))
    let openBefore = machine.openStreams
    let action = machine.frameReceived(
      FrameHeader(dataLength: cell.dataLength, streamID: id, type: cell.type, flags: cell.flags)
    )
    #expect(action == (id.isClientInitiated ? .ignore : .refuse(.evenStreamID)))
    #expect(machine.openStreams == openBefore)
  }

  @Test("the table has a row for every state and type")
  func complete() {
    #expect(Self.cells.count == 7 * Self.types.count * 2 * Self.lengths.count)
    #expect(Set(Self.cells.map(\.state)).count == 7)
  }

  @Test("windows hold for streams above the call that agreed on them, and the first call counts")
  func since() {
    var machine = Machine()
    #expect(!machine.hasWindow(StreamID(1)))
    machine.negotiated(on: StreamID(5))
    machine.negotiated(on: StreamID(9))
    #expect(!machine.hasWindow(StreamID(3)))
    #expect(!machine.hasWindow(StreamID(5)))
    #expect(machine.hasWindow(StreamID(7)))
  }

  @Test("a server that drains refuses new streams, which is no violation, and serves the old ones")
  func drain() throws {
    var (machine, id) = try #require(Self.machine(in: "client-streaming", isNegotiated: false))
    machine.beginDraining()
    let request = FrameHeader(dataLength: 0, streamID: StreamID(9), type: .request)
    #expect(machine.frameReceived(request) == .refuse(.shuttingDown))
    let data = FrameHeader(dataLength: 1, streamID: id, type: .data)
    #expect(machine.frameReceived(data) == .deliver("call", last: false))
    #expect(machine.violations == 0)
    #expect(machine.lastStreamID == StreamID(9))
  }

  @Test("Data that carries nothing is let pass a few times in a row, then it is a violation")
  func emptyFrames() {
    var machine = Machine(emptyFramesMax: 2)
    let id = StreamID(1)
    let request = FrameHeader(dataLength: 0, streamID: id, type: .request, flags: .remoteOpen)
    _ = machine.frameReceived(request)
    machine.streamOpened(id, "call", .clientStreaming, flags: .remoteOpen)
    let nothing = FrameHeader(dataLength: 0, streamID: id, type: .data, flags: .noData)
    let message = FrameHeader(dataLength: 0, streamID: id, type: .data)
    for round in 1...3 {
      for _ in 0..<2 { #expect(machine.frameReceived(nothing) == .ignore) }
      #expect(machine.violations == round - 1)
      #expect(machine.frameReceived(nothing) == .ignore)
      #expect(machine.violations == round)
      #expect(machine.frameReceived(message) == .deliver("call", last: false))
    }
  }

  /// A machine that has seen a Request on stream 7, and the number to send a frame on.
  private static func machine(in state: String, isNegotiated: Bool) -> (Machine, StreamID)? {
    var machine = Machine()
    if isNegotiated { machine.negotiated(on: StreamID(1)) }
    let id = StreamID(7)
    let request = FrameHeader(dataLength: 0, streamID: id, type: .request, flags: .remoteOpen)
    guard machine.frameReceived(request) == .openStream else { return nil }
    switch state {
    case "never opened": return (machine, StreamID(9))
    case "even-number": return (machine, StreamID(4))
    case "connection": return (machine, .connection)
    case "ended": return (machine, id)
    case "unary": machine.streamOpened(id, "call", .unary, flags: .remoteOpen)
    case "server-streaming": machine.streamOpened(id, "call", .serverStreaming, flags: .remoteOpen)
    case "client-streaming": machine.streamOpened(id, "call", .clientStreaming, flags: .remoteOpen)
    default: return nil
    }
    return (machine, id)
  }

  private static func action(_ letter: Character) -> Machine.Action? {
    switch letter {
    case ".", "r": .ignore
    case "W": .windowUpdate("call")
    case "X": .cancelled("call")
    case "P": .answerPing
    case "p": .pingAnswered
    default: nil
    }
  }
}
