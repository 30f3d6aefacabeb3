import ChatModel
import Testing

@testable import ChatService

@Suite("Subscription state machine")
struct SubscriptionStateMachineTests {
  private typealias Machine = SubscriptionStateMachine

  private static func position(_ number: Int64) -> EventPosition {
    EventPosition(rawValue: number) ?? .zero
  }

  /// A machine in each phase, at position 10.
  private static func machine(_ phase: Machine.Phase) -> Machine {
    var machine = Machine(after: position(10))
    switch phase {
    case .reading: break
    case .live: _ = machine.joined(true)
    case .parked: machine.creditExhausted()
    case .ended: machine.end()
    }
    return machine
  }

  private static let phases: [Machine.Phase] = [.reading, .live, .parked, .ended]

  @Test("a whole page asks for the next, or to join at the head; in other phases it is ignored")
  func pages() {
    for phase in Self.phases {
      for isHead in [false, true] {
        var machine = Self.machine(phase)
        let action = machine.pageDelivered(reached: Self.position(20), reachedHead: isHead)
        let isReading = phase == .reading
        #expect(machine.position == Self.position(isReading ? 20 : 10))
        let expected: Machine.Action =
          isHead ? .joinLive(at: Self.position(20)) : .readPage(after: Self.position(20))
        #expect(action == (isReading ? expected : .nothing), "\(phase)")
        #expect(machine.phase == phase)
      }
    }
  }

  @Test("joining makes it live, being refused reads on; in other phases it is ignored")
  func joining() {
    for phase in Self.phases {
      for hasJoined in [false, true] {
        var machine = Self.machine(phase)
        let action = machine.joined(hasJoined)
        if phase == .reading {
          #expect(action == (hasJoined ? .nothing : .readPage(after: Self.position(10))))
          #expect(machine.phase == (hasJoined ? .live : .reading))
        } else {
          #expect(action == .nothing)
          #expect(machine.phase == phase)
        }
      }
    }
  }

  @Test("only a live subscription wants an event, and only one behind its position")
  func wants() {
    for phase in Self.phases {
      for number in [9, 10, 11, 12] as [Int64] {
        var machine = Self.machine(phase)
        let wants = machine.wants(Self.position(number))
        #expect(wants == (phase == .live && number > 10))
      }
    }
  }

  @Test("without credit it is parked, with credit it reads on from its place")
  func credit() {
    for phase in Self.phases {
      var machine = Self.machine(phase)
      machine.creditExhausted()
      #expect(machine.phase == (phase == .ended ? .ended : .parked))
      machine = Self.machine(phase)
      let action = machine.creditReturned()
      #expect(action == (phase == .parked ? .readPage(after: Self.position(10)) : .nothing))
      #expect(machine.phase == (phase == .parked ? .reading : phase))
    }
  }

  @Test("what the loop has seen moves a live position only, and no position goes back")
  func passed() {
    for phase in Self.phases {
      var machine = Self.machine(phase)
      machine.passed(Self.position(30))
      #expect(machine.position == Self.position(phase == .live ? 30 : 10))
      let before = machine.position
      machine.passed(Self.position(5))
      machine.delivered(Self.position(7))
      #expect(machine.position == before)
    }
  }

  @Test("an event that was given moves the position, and the end is the end")
  func ends() {
    for phase in Self.phases {
      var machine = Self.machine(phase)
      machine.delivered(Self.position(15))
      #expect(machine.position == Self.position(15))
      machine.end()
      #expect(machine.phase == .ended)
      let action = machine.creditReturned()
      #expect(action == .nothing)
      let wants = machine.wants(Self.position(99))
      #expect(!wants)
    }
  }
}
