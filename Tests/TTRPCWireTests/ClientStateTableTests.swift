import TTRPCWire
import Testing

@Suite("What every frame means to a client in every state of a stream")
struct ClientStateTableTests {
  // What the letters mean:
  //   R the Response         M deliver the message    L deliver the message, the last one
  //   E end of the stream    . ignore                 v ignore, a violation
  //   U fail: Data on unary  D fail: Data instead of the Response
  //   G read the grant       C read the cancel        A read the goaway
  //   P answer the ping      p a ping of ours was answered

  /// The server has not agreed on the extensions: it does not know them, was not asked, or has not
  /// answered yet.
  static let plain = ClientStateTable(
    """
    never opened      Request      any  v v v v v v v v
    never opened      Response     any  v v v v v v v v
    never opened      Data         any  v v v v v v v v
    never opened      extensions   any  . . . . . . . .
    never opened      0x14         any  . . . . . . . .
    never opened      0x00         any  . . . . . . . .
    ended             Request      any  v v v v v v v v
    ended             Response     any  . . . . . . . .
    ended             Data         any  . . . . . . . .
    ended             extensions   any  . . . . . . . .
    ended             0x14         any  . . . . . . . .
    ended             0x00         any  . . . . . . . .
    abandoned         Request      any  v v v v v v v v
    abandoned         Response     any  . . . . . . . .
    abandoned         Data         any  . . . . . . . .
    abandoned         extensions   any  . . . . . . . .
    abandoned         0x14         any  . . . . . . . .
    abandoned         0x00         any  . . . . . . . .
    unary             Request      any  v v v v v v v v
    unary             Response     any  R R R R R R R R
    unary             Data         any  U U U U U U U U
    unary             extensions   any  . . . . . . . .
    unary             0x14         any  . . . . . . . .
    unary             0x00         any  . . . . . . . .
    server streaming  Request      any  v v v v v v v v
    server streaming  Response     any  R R R R R R R R
    server streaming  Data         any  M L M L . E . E
    server streaming  extensions   any  . . . . . . . .
    server streaming  0x14         any  . . . . . . . .
    server streaming  0x00         any  . . . . . . . .
    client streaming  Request      any  v v v v v v v v
    client streaming  Response     any  R R R R R R R R
    client streaming  Data         any  D D D D D D D D
    client streaming  extensions   any  . . . . . . . .
    client streaming  0x14         any  . . . . . . . .
    client streaming  0x00         any  . . . . . . . .
    bidirectional     Request      any  v v v v v v v v
    bidirectional     Response     any  R R R R R R R R
    bidirectional     Data         any  M L M L . E . E
    bidirectional     extensions   any  . . . . . . . .
    bidirectional     0x14         any  . . . . . . . .
    bidirectional     0x00         any  . . . . . . . .
    even number       Request      any  v v v v v v v v
    even number       Response     any  v v v v v v v v
    even number       Data         any  v v v v v v v v
    even number       extensions   any  v v v v v v v v
    even number       0x14         any  v v v v v v v v
    even number       0x00         any  v v v v v v v v
    connection        Request      any  v v v v v v v v
    connection        Response     any  v v v v v v v v
    connection        Data         any  v v v v v v v v
    connection        extensions   any  v v v v v v v v
    connection        0x14         any  v v v v v v v v
    connection        0x00         any  v v v v v v v v
    """
  )

  /// The server has agreed. Before agreement: a stream with a number below the call that agreed.
  static let agreed = ClientStateTable(
    """
    never opened      Request      any  v v v v v v v v
    never opened      Response     any  v v v v v v v v
    never opened      Data         any  v v v v v v v v
    never opened      WindowUpdate any  v v v v v v v v
    never opened      Cancel       any  v v v v v v v v
    never opened      Ping         any  v v v v v v v v
    never opened      GoAway       any  v v v v v v v v
    never opened      0x14         any  . . . . . . . .
    never opened      0x00         any  . . . . . . . .
    ended             Request      any  v v v v v v v v
    ended             Response     any  . . . . . . . .
    ended             Data         any  . . . . . . . .
    ended             WindowUpdate 4    . . . . . . . .
    ended             WindowUpdate else v v v v v v v v
    ended             Cancel       any  . . . . . . . .
    ended             Ping         any  v v v v v v v v
    ended             GoAway       any  v v v v v v v v
    ended             0x14         any  . . . . . . . .
    ended             0x00         any  . . . . . . . .
    abandoned         Request      any  v v v v v v v v
    abandoned         Response     any  . . . . . . . .
    abandoned         Data         any  . . . . . . . .
    abandoned         WindowUpdate 4    . . . . . . . .
    abandoned         WindowUpdate else v v v v v v v v
    abandoned         Cancel       any  . . . . . . . .
    abandoned         Ping         any  v v v v v v v v
    abandoned         GoAway       any  v v v v v v v v
    abandoned         0x14         any  . . . . . . . .
    abandoned         0x00         any  . . . . . . . .
    unary             Request      any  v v v v v v v v
    unary             Response     any  R R R R R R R R
    unary             Data         any  U U U U U U U U
    unary             WindowUpdate 4    . . . . . . . .
    unary             WindowUpdate else v v v v v v v v
    unary             Cancel       any  C C C C C C C C
    unary             Ping         any  v v v v v v v v
    unary             GoAway       any  v v v v v v v v
    unary             0x14         any  . . . . . . . .
    unary             0x00         any  . . . . . . . .
    server streaming  Request      any  v v v v v v v v
    server streaming  Response     any  R R R R R R R R
    server streaming  Data         any  M L M L . E . E
    server streaming  WindowUpdate 4    . . . . . . . .
    server streaming  WindowUpdate else v v v v v v v v
    server streaming  Cancel       any  C C C C C C C C
    server streaming  Ping         any  v v v v v v v v
    server streaming  GoAway       any  v v v v v v v v
    server streaming  0x14         any  . . . . . . . .
    server streaming  0x00         any  . . . . . . . .
    client streaming  Request      any  v v v v v v v v
    client streaming  Response     any  R R R R R R R R
    client streaming  Data         any  D D D D D D D D
    client streaming  WindowUpdate 4    G G G G G G G G
    client streaming  WindowUpdate else v v v v v v v v
    client streaming  Cancel       any  C C C C C C C C
    client streaming  Ping         any  v v v v v v v v
    client streaming  GoAway       any  v v v v v v v v
    client streaming  0x14         any  . . . . . . . .
    client streaming  0x00         any  . . . . . . . .
    bidirectional     Request      any  v v v v v v v v
    bidirectional     Response     any  R R R R R R R R
    bidirectional     Data         any  M L M L . E . E
    bidirectional     WindowUpdate 4    G G G G G G G G
    bidirectional     WindowUpdate else v v v v v v v v
    bidirectional     Cancel       any  C C C C C C C C
    bidirectional     Ping         any  v v v v v v v v
    bidirectional     GoAway       any  v v v v v v v v
    bidirectional     0x14         any  . . . . . . . .
    bidirectional     0x00         any  . . . . . . . .
    even number       Request      any  v v v v v v v v
    even number       Response     any  v v v v v v v v
    even number       Data         any  v v v v v v v v
    even number       WindowUpdate any  v v v v v v v v
    even number       Cancel       any  v v v v v v v v
    even number       Ping         any  v v v v v v v v
    even number       GoAway       any  v v v v v v v v
    even number       0x14         any  v v v v v v v v
    even number       0x00         any  v v v v v v v v
    connection        Request      any  v v v v v v v v
    connection        Response     any  v v v v v v v v
    connection        Data         any  v v v v v v v v
    connection        WindowUpdate any  v v v v v v v v
    connection        Cancel       any  v v v v v v v v
    connection        Ping         8    P p P p P p P p
    connection        Ping         else v v v v v v v v
    connection        GoAway       any  A A A A A A A A
    connection        0x14         any  v v v v v v v v
    connection        0x00         any  v v v v v v v v
    before agreement  Request      any  v v v v v v v v
    before agreement  Response     any  R R R R R R R R
    before agreement  Data         any  M L M L . E . E
    before agreement  WindowUpdate any  v v v v v v v v
    before agreement  Cancel       any  v v v v v v v v
    before agreement  Ping         any  v v v v v v v v
    before agreement  GoAway       any  v v v v v v v v
    before agreement  0x14         any  . . . . . . . .
    before agreement  0x00         any  . . . . . . . .
    """
  )

  private typealias Machine = ClientConnectionStateMachine<String>

  enum Agreement: CaseIterable {
    case notAsked, notAnswered, refused, agreed
  }

  @Test(
    "as the table says, whether the server was not asked, has not answered or has refused",
    arguments: plain.cells,
    [Agreement.notAsked, .notAnswered, .refused]
  )
  func plainCell(_ cell: ClientStateTable.Cell, agreement: Agreement) throws {
    try check(cell, agreement)
  }

  @Test("as the table says once the server has agreed", arguments: agreed.cells)
  func agreedCell(_ cell: ClientStateTable.Cell) throws {
    try check(cell, .agreed)
  }

  private func check(_ cell: ClientStateTable.Cell, _ agreement: Agreement) throws {
    var (machine, id) = try #require(Self.machine(in: cell.state, agreement))
    let openBefore = machine.openStreams
    let action = machine.frameReceived(cell.header(on: id))
    #expect(action == Self.action(cell.expected))
    let ends = "RLEUDC".contains(cell.expected)
    #expect(machine.openStreams == openBefore - (ends ? 1 : 0))
    #expect(machine.violations == ("vUD".contains(cell.expected) ? 1 : 0))
    if ends {
      #expect(machine.abandoned(id) == nil)
      for type in [FrameType.response, .data] {
        let late = FrameHeader(dataLength: 1, streamID: id, type: type)
        #expect(machine.frameReceived(late) == .ignore)
      }
    }
  }

  @Test("a violation beyond the budget closes the connection, and every call is given back")
  func budget() throws {
    for cell in Self.agreed.cells where "vUD".contains(cell.expected) {
      var (machine, id) = try #require(Self.machine(in: cell.state, .agreed, violationsMax: 0))
      let openBefore = machine.openStreams
      #expect(machine.frameReceived(cell.header(on: id)) == .closeConnection)
      #expect(machine.connectionClosed().count == openBefore)
    }
  }

  @Test("the tables have a row for every state, type and length")
  func complete() {
    let types = 9
    let perState = types * ClientStateTable.lengths.count * 8
    #expect(Self.plain.cells.count == 9 * perState)
    #expect(Self.agreed.cells.count == 10 * perState)
    #expect(!(Self.plain.cells + Self.agreed.cells).contains { Self.action($0.expected) == nil })
  }

  private static func machine(
    in state: String,
    _ agreement: Agreement,
    violationsMax: Int = 100
  ) -> (Machine, StreamID)? {
    var machine = Machine(violationsMax: violationsMax)
    let early = state == "before agreement" ? machine.opened(.serverStreaming, "call") : nil
    if agreement != .notAsked {
      guard let asking = machine.opened(.unary, "negotiation") else { return nil }
      machine.negotiationBegan(asking)
      if agreement != .notAnswered {
        _ = machine.frameReceived(FrameHeader(dataLength: 0, streamID: asking, type: .response))
        if agreement == .agreed { _ = machine.negotiationSucceeded() }
        if agreement == .refused { machine.negotiationFailed() }
      }
    }
    if let early { return (machine, early) }
    guard let id = machine.opened(shape(in: state), "call") else { return nil }
    switch state {
    case "never opened": return (machine, StreamID(id.rawValue + 8))
    case "even number": return (machine, StreamID(2))
    case "connection": return (machine, .connection)
    case "abandoned":
      guard machine.abandoned(id) == "call" else { return nil }
    case "ended":
      let response = FrameHeader(dataLength: 0, streamID: id, type: .response)
      guard machine.frameReceived(response) == .response("call") else { return nil }
    default: break
    }
    return (machine, id)
  }

  private static func shape(in state: String) -> StreamShape {
    switch state {
    case "server streaming": .serverStreaming
    case "client streaming": .clientStreaming
    case "bidirectional": .bidirectional
    default: .unary
    }
  }

  private static func action(_ letter: Character) -> Machine.Action? {
    switch letter {
    case "R": .response("call")
    case "M": .deliver("call", last: false)
    case "L": .deliver("call", last: true)
    case "E": .endOfStream("call")
    case ".", "v": .ignore
    case "U": .failStream("call", .dataOnUnaryCall)
    case "D": .failStream("call", .dataInsteadOfResponse)
    case "G": .readGrant("call")
    case "C": .readCancel("call")
    case "A": .readGoAway
    case "P": .answerPing
    case "p": .pingAnswered
    default: nil
    }
  }
}
