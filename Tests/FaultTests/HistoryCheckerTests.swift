import Testing

@Suite("The checker of histories")
struct HistoryCheckerTests {
  /// Two conversations with three messages each; ann is in both, bob and cleo in one.
  private static let good: History = {
    let a = messages("a", 1...3)
    let b = messages("b", 1...3)
    return History(
      attempted: Set((a + b).map(\.content)).union(["a9"]),
      acknowledged: (a + b.prefix(2)).map {
        .init(key: $0.content, conversation: $0.conversation, sequence: $0.sequence)
      },
      stored: ["a": a, "b": b],
      subscribers: [
        .init(
          name: "ann",
          conversations: ["a", "b"],
          messages: [a[0], b[0], b[1], a[1], b[2], a[2]]
        ),
        .init(name: "bob", conversations: ["a"], messages: a),
        .init(
          name: "cleo",
          conversations: ["a", "b"],
          messages: [a[0], b[0], b[1], a[1], b[2], a[2]]
        ),
      ]
    )
  }()

  private static func messages(
    _ conversation: String,
    _ sequences: ClosedRange<Int64>
  ) -> [History.Message] {
    sequences.map {
      History.Message(conversation: conversation, sequence: $0, content: "\(conversation)\($0)")
    }
  }

  private static func problems(_ change: (inout History) -> Void) -> [String] {
    var history = good
    change(&history)
    return HistoryChecker(history: history).problems()
  }

  private static func replace(
    _ messages: [History.Message],
    of name: String,
    in history: inout History
  ) {
    history.subscribers = history.subscribers.map {
      $0.name == name
        ? .init(name: name, conversations: $0.conversations, messages: messages) : $0
    }
  }

  @Test("finds nothing in a good history, nor in none")
  func good() {
    #expect(Self.problems { _ in } == [])
    #expect(HistoryChecker(history: History()).problems() == [])
  }

  @Test("finds a message that was acknowledged and is lost")
  func lost() {
    let problems = Self.problems { $0.stored["a"]?.removeLast() }
    #expect(problems.contains { $0.hasPrefix("acknowledged and not stored") })
  }

  @Test("finds a message that is stored at another place than was acknowledged")
  func moved() {
    let problems = Self.problems {
      $0.acknowledged.append(.init(key: "b3", conversation: "b", sequence: 4))
    }
    #expect(problems.contains { $0.hasPrefix("acknowledged and not stored") })
  }

  @Test("finds a retry that was answered otherwise")
  func answeredTwice() {
    let problems = Self.problems {
      $0.acknowledged.append(.init(key: "a1", conversation: "a", sequence: 2))
    }
    #expect(problems.contains("answered in different ways: a1"))
  }

  @Test("finds a message that is stored twice")
  func stored() {
    let problems = Self.problems {
      $0.stored["a"]?.append(.init(conversation: "a", sequence: 4, content: "a3"))
    }
    #expect(problems.contains("stored 2 times: a3"))
  }

  @Test("finds a message that nobody sent")
  func unknown() {
    let problems = Self.problems {
      $0.stored["a"]?.append(.init(conversation: "a", sequence: 4, content: "x"))
    }
    #expect(problems.contains { $0.hasPrefix("stored and never sent") })
  }

  @Test("finds a hole in a sequence, and a sequence that does not begin with 1")
  func holes() {
    for index in [0, 1] {
      let problems = Self.problems { $0.stored["b"]?.remove(at: index) }
      #expect(problems.contains("the sequence of b is not 1 to 2"))
    }
  }

  @Test("finds an event that a subscriber missed, saw twice, or saw out of order")
  func subscriber() {
    let a = Self.messages("a", 1...3)
    for wrong in [
      [a[0], a[2]], [a[0], a[1]], [a[0], a[1], a[1], a[2]], [a[0], a[2], a[1]], [],
    ] {
      let problems = Self.problems { Self.replace(wrong, of: "bob", in: &$0) }
      #expect(problems.contains { $0.hasPrefix("bob was not pushed 1 to 3 of a") }, "\(wrong)")
    }
  }

  @Test("finds an event that is not the subscriber's")
  func foreign() {
    let seen = Self.messages("a", 1...3) + Self.messages("b", 1...1)
    let problems = Self.problems { Self.replace(seen, of: "bob", in: &$0) }
    #expect(problems.contains("bob was pushed what is not theirs: b"))
  }

  @Test("finds two subscribers that saw events of different conversations in different orders")
  func disordered() {
    let seen = Self.messages("a", 1...3) + Self.messages("b", 1...3)
    let problems = Self.problems { Self.replace(seen, of: "cleo", in: &$0) }
    #expect(problems == ["ann and cleo saw events in different orders"])
  }

  @Test("shows sequences as runs")
  func runs() {
    #expect(HistoryChecker.runs(of: [1, 2, 3, 3, 4, 5, 7]) == "1–3 3–5 7")
    #expect(HistoryChecker.runs(of: []) == "")
  }
}
