import TTRPCWire
import Testing

@Suite("What every frame means to a client in every state of a stream")
struct ClientStateTableTests {
  // What the letters mean:
  //   R the Response         M deliver the message    L deliver the message, the last one
  //   E end of the stream    . ignore                 U fail: Data on unary
  static let table = StateTable(
    """
    never opened     Request   . . . . . . . .
    never opened     Response  . . . . . . . .
    never opened     Data      . . . . . . . .
    never opened     0x10      . . . . . . . .
    ended            Request   . . . . . . . .
    ended            Response  . . . . . . . .
    ended            Data      . . . . . . . .
    ended            0x10      . . . . . . . .
    abandoned        Request   . . . . . . . .
    abandoned        Response  . . . . . . . .
    abandoned        Data      . . . . . . . .
    abandoned        0x10      . . . . . . . .
    unary            Request   . . . . . . . .
    unary            Response  R R R R R R R R
    unary            Data      U U U U U U U U
    unary            0x10      . . . . . . . .
    server streaming Request   . . . . . . . .
    server streaming Response  R R R R R R R R
    server streaming Data      M L M L . E . E
    server streaming 0x10      . . . . . . . .
    client streaming Request   . . . . . . . .
    client streaming Response  R R R R R R R R
    client streaming Data      M L M L . E . E
    client streaming 0x10      . . . . . . . .
    even number      Request   . . . . . . . .
    even number      Response  . . . . . . . .
    even number      Data      . . . . . . . .
    even number      0x10      . . . . . . . .
    connection       Request   . . . . . . . .
    connection       Response  . . . . . . . .
    connection       Data      . . . . . . . .
    connection       0x10      . . . . . . . .
    """
  )

  private typealias Machine = ClientConnectionStateMachine<String>

  @Test("as the table says", arguments: table.cells)
  func cell(_ cell: StateTable.Cell) throws {
    var (machine, id) = try #require(Self.machine(in: cell.state))
    let openBefore = machine.openStreams
    #expect(machine.frameReceived(cell.header(on: id)) == Self.action(cell.expected))
    let ends = "RLEU".contains(cell.expected)
    #expect(machine.openStreams == openBefore - (ends ? 1 : 0))
    if ends {
      #expect(machine.streamAbandoned(id) == nil)
      for type in [FrameType.response, .data] {
        let late = FrameHeader(dataLength: 1, streamID: id, type: type)
        #expect(machine.frameReceived(late) == .ignore)
      }
    }
  }

  @Test("the table has a row for every state and type")
  func complete() {
    #expect(Self.table.cells.count == 8 * StateTable.types.count * 8 * 2)
  }

  private static func machine(in state: String) -> (Machine, StreamID)? {
    var machine = Machine()
    let shape: StreamShape =
      switch state {
      case "server streaming": .serverStreaming
      case "client streaming": .clientStreaming
      default: .unary
      }
    guard let id = machine.openStream(shape, "call") else { return nil }
    switch state {
    case "never opened": return (machine, StreamID(9))
    case "even number": return (machine, StreamID(2))
    case "connection": return (machine, .connection)
    case "abandoned":
      guard machine.streamAbandoned(id) == "call" else { return nil }
    case "ended":
      let response = FrameHeader(dataLength: 0, streamID: id, type: .response)
      guard machine.frameReceived(response) == .response("call") else { return nil }
    default: break
    }
    return (machine, id)
  }

  private static func action(_ letter: Character) -> Machine.Action? {
    switch letter {
    case "R": .response("call")
    case "M": .deliver("call", last: false)
    case "L": .deliver("call", last: true)
    case "E": .endOfStream("call")
    case ".": .ignore
    case "U": .failStream("call", .dataOnUnaryCall)
    default: nil
    }
  }
}
