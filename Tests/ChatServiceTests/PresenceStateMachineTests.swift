import ChatModel
import Testing

@testable import ChatService

@Suite("Presence, as a value")
struct PresenceStateMachineTests {
  private typealias Machine = PresenceStateMachine
  private let amara: UserID

  init() throws { amara = try #require(UserID("amara")) }

  /// Lets time pass.
  ///
  /// - Returns: what the others are told: whether the user is online.
  private func told(_ machine: inout Machine, _ now: Duration) -> [Bool] {
    var told: [Bool] = []
    while let due = machine.popDue(now) {
      if due.isToldNow { told.append(machine.isOnline(due.user)) }
    }
    return told
  }

  @Test("online with the first sign of life, offline three seconds after the last subscription")
  func subscriptions() {
    var machine = Machine()
    #expect(machine.opened(amara, at: .seconds(10)) == true)
    #expect(machine.isOnline(amara) && machine.isListening(amara))
    #expect(told(&machine, .seconds(10)) == [true])
    #expect(machine.opened(amara, at: .seconds(11)) == false)
    machine.closed(amara, at: .seconds(12))
    #expect(machine.isListening(amara))
    #expect(told(&machine, .seconds(100)) == [])
    machine.closed(amara, at: .seconds(100))
    #expect(machine.isOnline(amara) && !machine.isListening(amara))
    #expect(told(&machine, .milliseconds(102_999)) == [])
    #expect(told(&machine, .seconds(103)) == [false])
    #expect(!machine.isOnline(amara))
    #expect(told(&machine, .seconds(110)) == [])
    #expect(machine.knownCount == 0, "nothing is kept of whom nothing is to be told")
  }

  @Test("one who connects anew within three seconds has never been away")
  func blink() {
    var machine = Machine()
    _ = machine.opened(amara, at: .zero)
    #expect(told(&machine, .zero) == [true])
    for second in 1...20 {
      machine.closed(amara, at: .seconds(second * 3))
      #expect(told(&machine, .seconds(second * 3 + 2)) == [])
      #expect(machine.opened(amara, at: .seconds(second * 3 + 2)) == false)
    }
    #expect(machine.isOnline(amara))
  }

  @Test("a heartbeat lives as long as it says, and the longest of all devices counts")
  func heartbeats() {
    var machine = Machine()
    #expect(machine.heartbeat(amara, device: "a", until: .seconds(60), at: .zero) == true)
    #expect(machine.heartbeat(amara, device: "b", until: .seconds(30), at: .zero) == false)
    #expect(!machine.isListening(amara))
    #expect(told(&machine, .zero) == [true])
    #expect(told(&machine, .milliseconds(59_999)) == [])
    #expect(told(&machine, .seconds(60)) == [false])
    #expect(machine.heartbeat(amara, device: "a", until: .seconds(90), at: .seconds(61)) == true)
    _ = machine.opened(amara, at: .seconds(61))
    #expect(told(&machine, .seconds(62)) == [true])
    machine.left(amara, device: "a", at: .seconds(63))
    #expect(told(&machine, .seconds(80)) == [], "the subscription lives")
  }

  @Test("a shorter heartbeat takes the place of a longer one, and a ninth device is refused")
  func devices() {
    var machine = Machine()
    for device in 1...8 {
      #expect(
        machine.heartbeat(amara, device: "\(device)", until: .seconds(60), at: .zero) != nil
      )
    }
    #expect(machine.heartbeat(amara, device: "9", until: .seconds(60), at: .zero) == nil)
    for device in 1...8 {
      #expect(
        machine.heartbeat(amara, device: "\(device)", until: .seconds(10), at: .zero) == false
      )
    }
    _ = told(&machine, .seconds(10))
    #expect(!machine.isOnline(amara))
    #expect(machine.heartbeat(amara, device: "9", until: .seconds(60), at: .seconds(10)) == true)
  }

  @Test("a change of status is told, and its end, each two seconds apart at least")
  func status() {
    var machine = Machine()
    _ = machine.opened(amara, at: .zero)
    #expect(told(&machine, .zero) == [true])
    machine.statusSet(amara, endsAt: .seconds(20), at: .seconds(1))
    #expect(told(&machine, .milliseconds(1_999)) == [])
    #expect(told(&machine, .seconds(2)) == [true])
    #expect(told(&machine, .seconds(19)) == [])
    #expect(told(&machine, .seconds(20)) == [true])
    for millisecond in 0..<10_000 {
      machine.statusSet(amara, endsAt: nil, at: .milliseconds(30_000 + millisecond))
      let count = told(&machine, .milliseconds(30_000 + millisecond)).count
      #expect(count == (millisecond.isMultiple(of: 2_000) ? 1 : 0))
    }
  }

  @Test("somebody offline who sets a status is told of, and then forgotten")
  func offlineStatus() {
    var machine = Machine()
    machine.statusSet(amara, endsAt: nil, at: .zero)
    #expect(told(&machine, .zero) == [false])
    #expect(told(&machine, .seconds(2)) == [])
    #expect(machine.knownCount == 0)
  }
}
