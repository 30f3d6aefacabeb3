/// Finds what a history breaks of the promises: what is acknowledged is kept, once, in a sequence
/// without holes, and a subscriber that keeps its cursor sees every event once and in order.
struct HistoryChecker {
  let history: History

  /// A line for each promise that is broken, with the first few cases of each kind.
  func problems() -> [String] {
    let kinds = [
      lost(), answeredTwice(), duplicates(), unknown(), holes(), missedOrRepeated(), disordered(),
    ]
    return kinds.flatMap { $0.count > 5 ? $0.prefix(5) + ["and \($0.count - 5) more"] : $0 }
  }

  private var allStored: [History.Message] { history.stored.values.flatMap(\.self) }

  private func lost() -> [String] {
    let stored = Set(allStored)
    return history.acknowledged.filter {
      let message = History.Message(
        conversation: $0.conversation,
        sequence: $0.sequence,
        content: $0.key
      )
      return !stored.contains(message)
    }.map { "acknowledged and not stored there: \($0)" }
  }

  private func answeredTwice() -> [String] {
    Dictionary(grouping: Set(history.acknowledged), by: \.key).filter { $0.value.count > 1 }
      .map { "answered in different ways: \($0.key)" }.sorted()
  }

  private func duplicates() -> [String] {
    Dictionary(grouping: allStored, by: \.content).filter { $0.value.count > 1 }
      .map { "stored \($0.value.count) times: \($0.key)" }.sorted()
  }

  private func unknown() -> [String] {
    allStored.filter { !history.attempted.contains($0.content) }
      .map { "stored and never sent: \($0)" }
  }

  private func holes() -> [String] {
    history.stored.compactMap { conversation, messages in
      let isWhole = messages.map(\.sequence) == messages.indices.map { Int64($0) + 1 }
      return isWhole ? nil : "the sequence of \(conversation) is not 1 to \(messages.count)"
    }.sorted()
  }

  private func missedOrRepeated() -> [String] {
    history.subscribers.flatMap { subscriber in
      let seen = Dictionary(grouping: subscriber.messages, by: \.conversation)
      let foreign = Set(seen.keys).subtracting(subscriber.conversations)
      let wrong = subscriber.conversations.filter { seen[$0] ?? [] != history.stored[$0] ?? [] }
      return foreign.map { "\(subscriber.name) was pushed what is not theirs: \($0)" }
        + wrong.map { conversation in
          let count = history.stored[conversation]?.count ?? 0
          let sequences = (seen[conversation] ?? []).map(\.sequence)
          return "\(subscriber.name) was not pushed 1 to \(count) of \(conversation) once and in "
            + "order, but \(Self.runs(of: sequences))"
        }
    }.sorted()
  }

  /// Two subscribers must see what both see in the same order, also over several conversations.
  private func disordered() -> [String] {
    let subscribers = history.subscribers
    return subscribers.indices.flatMap { first in
      subscribers[..<first].compactMap { other in
        let shared = other.conversations.intersection(subscribers[first].conversations)
        let orders = [other, subscribers[first]].map { subscriber in
          subscriber.messages.filter { shared.contains($0.conversation) }
        }
        return orders[0] == orders[1]
          ? nil : "\(other.name) and \(subscribers[first].name) saw events in different orders"
      }
    }
  }

  /// `1–3 3–5` for 1, 2, 3, 3, 4, 5.
  static func runs(of numbers: [Int64]) -> String {
    var runs: [(first: Int64, last: Int64)] = []
    for number in numbers {
      if let last = runs.last, last.last + 1 == number {
        runs[runs.count - 1].last = number
      } else {
        runs.append((number, number))
      }
    }
    let texts = runs.prefix(10).map {
      $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)"
    }
    return texts.joined(separator: " ") + (runs.count > 10 ? " …" : "")
  }
}
