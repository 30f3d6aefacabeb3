import ChatModel
import SeededRandom
import Testing

@testable import ChatService

@Suite("Typing, as a value")
struct TypingStateMachineTests {
  private typealias Machine = TypingStateMachine

  private static func place(_ conversation: Int64, _ user: String = "amara") throws -> Machine.Place
  {
    Machine.Place(
      conversation: try #require(ConversationID(rawValue: conversation)),
      user: try #require(UserID(user))
    )
  }

  private static func due(
    _ machine: inout Machine,
    _ now: Duration
  ) -> [Machine.Action] {
    var actions: [Machine.Action] = []
    while let (_, action) = machine.popDue(now) { actions.append(action) }
    return actions
  }

  @Test("ends by itself six seconds after the last signal, and not before")
  func lifetime() throws {
    var machine = Machine()
    let place = try Self.place(1)
    #expect(machine.started(place, at: .seconds(10)) == .show)
    for second in 11...20 { #expect(machine.started(place, at: .seconds(second)) == .nothing) }
    #expect(Self.due(&machine, .milliseconds(25_999)) == [])
    #expect(machine.isShown(place))
    #expect(Self.due(&machine, .seconds(26)) == [.hide])
    #expect(machine.isEmpty)
    #expect(Self.due(&machine, .seconds(100)) == [])
  }

  @Test("a repeated signal within a second, and an end of what has not begun, tell nobody anything")
  func repeats() throws {
    var machine = Machine()
    let place = try Self.place(1)
    #expect(machine.stopped(place, at: .zero) == .nothing)
    #expect(machine.started(place, at: .zero) == .show)
    for _ in 0..<1_000 { #expect(machine.started(place, at: .milliseconds(500)) == .nothing) }
    #expect(machine.stopped(place, at: .milliseconds(2_000)) == .hide)
    #expect(machine.stopped(place, at: .milliseconds(2_001)) == .nothing)
    #expect(machine.isEmpty)
  }

  @Test("one who begins again at once is shown when the second is over, if they still type")
  func heldBack() throws {
    for typesOn in [true, false] {
      var machine = Machine()
      let place = try Self.place(1)
      #expect(machine.started(place, at: .zero) == .show)
      #expect(machine.stopped(place, at: .milliseconds(100)) == .hide)
      #expect(machine.started(place, at: .milliseconds(200)) == .nothing)
      if !typesOn { #expect(machine.stopped(place, at: .milliseconds(300)) == .nothing) }
      #expect(Self.due(&machine, .milliseconds(999)) == [])
      #expect(Self.due(&machine, .milliseconds(1_000)) == (typesOn ? [.show] : []))
      #expect(machine.isShown(place) == typesOn)
      // By the last signal, not by when it was shown.
      #expect(Self.due(&machine, .milliseconds(6_200)) == (typesOn ? [.hide] : []))
      #expect(machine.isEmpty)
    }
  }

  @Test("who leaves is hidden at once, and a closed conversation is told nothing more")
  func leaving() throws {
    var machine = Machine()
    let (one, other) = (try Self.place(1), try Self.place(1, "lind"))
    #expect(machine.left(one) == .nothing)
    #expect(machine.started(one, at: .zero) == .show)
    #expect(machine.started(other, at: .zero) == .show)
    #expect(machine.left(one) == .hide)
    machine.closed(other.conversation)
    #expect(machine.isEmpty)
    #expect(Self.due(&machine, .seconds(10)) == [])
  }

  @Test("one user types in eight conversations at a time")
  func places() throws {
    var machine = Machine()
    for number in 1...8 {
      #expect(machine.started(try Self.place(Int64(number)), at: .zero) == .show)
    }
    let ninth = try Self.place(9)
    #expect(machine.started(ninth, at: .zero) == nil)
    #expect(machine.started(try Self.place(9, "lind"), at: .zero) == .show)
    #expect(machine.stopped(try Self.place(1), at: .seconds(2)) == .hide)
    #expect(machine.started(ninth, at: .seconds(2)) == .show)
  }

  @Test(
    "whatever comes, one person is shown to begin once a second, and each beginning ends once",
    arguments: 1...20
  )
  func rate(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var machine = Machine()
    let place = try Self.place(1)
    var now = Duration.zero
    var isShown = false
    var told: [Duration] = []
    for _ in 0..<2_000 {
      now += .milliseconds(Int.random(in: 0..<400, using: &random))
      let at = now
      var actions = Self.due(&machine, now)
      switch Int.random(in: 0..<8, using: &random) {
      case 0..<4: actions.append(machine.started(place, at: now) ?? .nothing)
      case 4..<7: actions.append(machine.stopped(place, at: now))
      default: now += .seconds(Int.random(in: 0..<8, using: &random))
      }
      for action in actions where action != .nothing {
        #expect((action == .show) != isShown, "told twice")
        isShown = action == .show
        if isShown { told.append(at) }
      }
    }
    for (one, next) in zip(told, told.dropFirst()) {
      #expect(next - one >= Machine.interval, "seed \(seed)")
    }
  }
}
