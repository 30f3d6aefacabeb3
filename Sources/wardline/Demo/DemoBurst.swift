import RPC
import Synchronization

/// Many sends at once, in the middle of which the server is killed.
struct DemoBurst: Sendable {
  /// What became of the lines.
  struct Outcome: Sendable {
    var answered = 0
    /// Sent, and nobody knows whether they were stored.
    var unanswered: [(person: DemoPerson, line: DemoLine)] = []
    /// Not sent before the server was gone.
    var unsent: [(person: DemoPerson, line: DemoLine)] = []
  }

  private final class Tally: Sendable {
    let outcome = Mutex(Outcome())
  }

  let people: [DemoPerson]
  /// Tasks that send for each person, one line after the other.
  var sendersPerPerson = 3
  var linesPerSender = 4
  /// After so many answers the server is killed.
  var answersBeforeKill = 8

  func run(kill: @escaping @Sendable () -> Void) async -> Outcome {
    let tally = Tally()
    await withTaskGroup { group in
      for person in people {
        for sender in 0..<sendersPerPerson {
          let lines = (0..<linesPerSender).map { index in
            DemoLine("note \(sender * linesPerSender + index + 1)", by: person.member.id)
          }
          group.addTask { await send(lines, person, tally, kill) }
        }
      }
    }
    return tally.outcome.withLock { $0 }
  }

  private func send(
    _ lines: [DemoLine],
    _ person: DemoPerson,
    _ tally: Tally,
    _ kill: @Sendable () -> Void
  ) async {
    for (index, line) in lines.enumerated() {
      do {
        _ = try await person.send(line)
        let answered = tally.outcome.withLock { outcome in
          outcome.answered += 1
          return outcome.answered
        }
        if answered == answersBeforeKill { kill() }
      } catch {
        tally.outcome.withLock { outcome in
          outcome.unanswered.append((person, line))
          outcome.unsent += lines[(index + 1)...].map { (person, $0) }
        }
        return
      }
    }
  }
}
