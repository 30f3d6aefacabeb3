import Foundation
import SeededRandom
import Testing

@Suite("One history over every face")
struct FaceHistoryTests {
  /// WARDLINE_SEED repeats a run that failed.
  private static let seed =
    ProcessInfo.processInfo.environment["WARDLINE_SEED"].flatMap(UInt64.init)
    ?? UInt64.random(in: 0..<1_000_000)

  @Test("S1.21: lists, counts and live events of every kind agree with what was done")
  func agrees() async throws {
    for run in 0..<UInt64(Soak.count(3, soak: 300)) {
      let seed = Self.seed + run
      try await Practice.with { practice in
        let roles = [("lind", "dietitian"), ("amara", "patient"), ("haddad", "doctor")]
        var readers: [HistoryReader] = []
        for (id, role) in roles {
          let person = try await practice.person(id, role)
          readers.append(HistoryReader(practice: practice, person: person, role: role))
        }
        var history = try await WrittenHistory(readers.map(\.person), seed: seed)
        for _ in 0..<2 {
          try await history.take(steps: 30)
          for reader in readers {
            try await compareLists(reader, &history)
            try await compareEvents(reader, &history)
          }
        }
      }
    }
  }

  private func compareLists(
    _ reader: HistoryReader,
    _ history: inout WrittenHistory
  ) async throws {
    let repeats: Comment = "repeat with WARDLINE_SEED=\(Self.seed)"
    for talk in history.talks {
      let limit = Int.random(in: 1...7, using: &history.random)
      for forwards in [true, false] {
        let found = try await reader.lines(of: talk.id, pages: limit, forwards: forwards)
        let lines = found.map { line in
          WrittenHistory.Line(
            id: line["Message_id"] as? String ?? "",
            sender: (line["Sender"] as? [String: Any])?["User_id"] as? String ?? "",
            content: line["Content"] as? String ?? "",
            isDeleted: line["Is_deleted"] as? Bool ?? false
          )
        }
        #expect(lines == talk.lines, repeats)
        let numbers = found.compactMap { $0["Sequence"] as? Int }
        #expect(numbers == lines.indices.map { $0 + 1 }, repeats)
      }
      let ends = [0, talk.lines.count].map { $0 + Int.random(in: 0...2, using: &history.random) }
      let between = try await reader.person.get(
        "/messages/conversation/\(talk.id)?after=\(ends[0])&before=\(max(1, ends[1]))&limit=200"
      )
      let wanted = talk.lines.prefix(max(0, ends[1] - 1)).dropFirst(ends[0])
      #expect(between.column("Message_id") == wanted.map(\.id), repeats)
    }
    let unread = try await reader.person.get("/api/conversations").number("Unread_total")
    #expect(unread == history.unread(of: reader.person), repeats)
  }

  private func compareEvents(
    _ reader: HistoryReader,
    _ history: inout WrittenHistory
  ) async throws {
    let repeats: Comment = "repeat with WARDLINE_SEED=\(Self.seed)"
    let limit = Int.random(in: 1...9, using: &history.random)
    let whole = try await reader.polled(after: nil, limit: limit)
    let changes = whole.map { $0.drop { $0 != " " }.dropFirst() }
      .filter { $0.hasPrefix("message_") }.map(String.init)
    #expect(changes == history.changes, repeats)
    let cursors = whole.map { String($0.prefix { $0 != " " }) }
    let place = Int.random(in: cursors.indices, using: &history.random)
    for (cursor, rest) in [(nil, 0), (cursors[place], place + 1)] {
      let wanted = Array(whole.dropFirst(rest))
      #expect(try await reader.polled(after: cursor, limit: limit) == wanted, repeats)
      #expect(try await reader.streamed(after: cursor, wanted.count) == wanted, repeats)
      #expect(
        try await reader.subscribed(after: cursor) == Array(cursors.dropFirst(rest)),
        repeats
      )
    }
  }
}
