import TTRPCWire
import Testing

@Suite("The server's answer to every frame in every state of a stream")
struct ServerStateTableTests {
  // What the letters mean:
  //   O open the stream      M deliver the message    L deliver the message, the last one
  //   C remote closed        . ignore                 d drop and count
  //   r ignore, a violation  E refuse: even number    I refuse: number does not increase
  //   N refuse: never opened U fail: Data on unary    A fail: Data after remote closed
  static let table = StateTable(
    """
    never opened                    Request   O O O O O O O O
    never opened                    Response  r r r r r r r r
    never opened                    Data      N N N N N N N N
    never opened                    0x10      . . . . . . . .
    skipped                         Request   I I I I I I I I
    skipped                         Response  r r r r r r r r
    skipped                         Data      d d d d d d d d
    skipped                         0x10      . . . . . . . .
    ended                           Request   I I I I I I I I
    ended                           Response  r r r r r r r r
    ended                           Data      d d d d d d d d
    ended                           0x10      . . . . . . . .
    unary                           Request   I I I I I I I I
    unary                           Response  r r r r r r r r
    unary                           Data      U U U U U U U U
    unary                           0x10      . . . . . . . .
    server streaming                Request   I I I I I I I I
    server streaming                Response  r r r r r r r r
    server streaming                Data      A A A A A A A A
    server streaming                0x10      . . . . . . . .
    server streaming, remote open   Request   I I I I I I I I
    server streaming, remote open   Response  r r r r r r r r
    server streaming, remote open   Data      A A A A . C . C
    server streaming, remote open   0x10      . . . . . . . .
    client streaming                Request   I I I I I I I I
    client streaming                Response  r r r r r r r r
    client streaming                Data      M L M L . C . C
    client streaming                0x10      . . . . . . . .
    client streaming, remote closed Request   I I I I I I I I
    client streaming, remote closed Response  r r r r r r r r
    client streaming, remote closed Data      A A A A A A A A
    client streaming, remote closed 0x10      . . . . . . . .
    even number                     Request   E E E E E E E E
    even number                     Response  r r r r r r r r
    even number                     Data      N N N N N N N N
    even number                     0x10      E E E E E E E E
    connection                      Request   E E E E E E E E
    connection                      Response  r r r r r r r r
    connection                      Data      N N N N N N N N
    connection                      0x10      E E E E E E E E
    """
  )

  private typealias Machine = ServerConnectionStateMachine<String>

  @Test("as the table says", arguments: table.cells)
  func cell(_ cell: StateTable.Cell) throws {
    var (machine, id) = try #require(Self.machine(in: cell.state))
    let openBefore = machine.openStreams
    let handlersBefore = machine.runningHandlers
    let action = machine.frameReceived(cell.header(on: id))
    #expect(action == Self.action(cell.expected))
    #expect(machine.violations == ("rEINUA".contains(cell.expected) ? 1 : 0))
    #expect(machine.droppedFrames == (cell.expected == "d" ? 1 : 0))
    #expect(machine.openStreams == openBefore - ("UA".contains(cell.expected) ? 1 : 0))
    #expect(machine.runningHandlers == handlersBefore)
  }

  @Test("after a stream has failed or its sender has closed it, more Data is handled as such")
  func followingFrames() throws {
    for cell in Self.table.cells where "UALC".contains(cell.expected) {
      var (machine, id) = try #require(Self.machine(in: cell.state))
      _ = machine.frameReceived(cell.header(on: id))
      let next = machine.frameReceived(FrameHeader(dataLength: 1, streamID: id, type: .data))
      let hasFailed = "UA".contains(cell.expected)
      #expect(next == (hasFailed ? .ignore : .failStream("call", .dataAfterRemoteClosed)))
      #expect(machine.droppedFrames == (hasFailed ? 1 : 0))
    }
  }

  @Test("the table has a row for every state and type")
  func complete() {
    #expect(Self.table.cells.count == 10 * StateTable.types.count * 8 * 2)
  }

  /// A machine that has seen a Request on stream 7, and the number to send a frame on.
  private static func machine(in state: String) -> (Machine, StreamID)? {
    var machine = Machine()
    let id = StreamID(7)
    let isClosed = state == "server streaming" || state.hasSuffix("remote closed")
    let flags: FrameFlags = isClosed ? .remoteClosed : state == "unary" ? [] : .remoteOpen
    let request = FrameHeader(dataLength: 0, streamID: id, type: .request, flags: flags)
    guard machine.frameReceived(request) == .openStream else { return nil }
    switch state {
    case "never opened": return (machine, StreamID(9))
    case "skipped": return (machine, StreamID(5))
    case "even number": return (machine, StreamID(4))
    case "connection": return (machine, .connection)
    case "ended": return (machine, id)
    case "unary": machine.streamOpened(id, "call", .unary, flags: flags)
    case let state where state.hasPrefix("server"):
      machine.streamOpened(id, "call", .serverStreaming, flags: flags)
    default: machine.streamOpened(id, "call", .clientStreaming, flags: flags)
    }
    return (machine, id)
  }

  private static func action(_ letter: Character) -> Machine.Action? {
    switch letter {
    case "O": .openStream
    case "M": .deliver("call", last: false)
    case "L": .deliver("call", last: true)
    case "C": .remoteClosed("call")
    case ".", "d", "r": .ignore
    case "E": .refuse(.evenStreamID)
    case "I": .refuse(.streamIDNotIncreasing(last: StreamID(7)))
    case "N": .refuse(.streamNeverOpened)
    case "U": .failStream("call", .dataOnUnaryCall)
    case "A": .failStream("call", .dataAfterRemoteClosed)
    default: nil
    }
  }
}
