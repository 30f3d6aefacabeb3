import ChatModel

/// What a conversation holds and whom it shows what, worked out the slow way from the whole history
/// of it: no counters, no positions, no SQL.
struct HistoryOracle {
  /// One stay of a user.
  struct Stay {
    let user: UserID
    /// The newest message at the beginning and at the end.
    let joined: Int64
    var left: Int64?
    var leftAt: Timestamp?
    var moves: [(kind: ReceiptKind, upTo: Int64, at: Timestamp)] = []

    /// How far a watermark stands: what is more implies what is less.
    func mark(_ kind: ReceiptKind) -> Int64 {
      moves.filter { Self.implies($0.kind, kind) }.map(\.upTo).max() ?? joined
    }

    /// When a message was first covered, as was known at a time.
    func time(_ kind: ReceiptKind, of sequence: Int64, at time: Timestamp?) -> Timestamp? {
      moves.filter { move in
        Self.implies(move.kind, kind) && move.upTo >= sequence
          && (time.map { move.at <= $0 } ?? true)
      }.map(\.at).min()
    }

    private static func implies(_ more: ReceiptKind, _ less: ReceiptKind) -> Bool {
      let order: [ReceiptKind] = [.delivered, .read, .acknowledged]
      return (order.firstIndex(of: more) ?? 0) >= (order.firstIndex(of: less) ?? 0)
    }
  }

  struct Said {
    let sequence: Int64
    let author: UserID
    var contents: [String]
    var isDeleted = false
    var hiddenFrom: Set<UserID> = []
    var reactions: [(emoji: String, user: UserID)] = []
  }

  let owner: UserID
  var history: HistoryVisibility
  private(set) var stays: [Stay] = []
  private(set) var messages: [Said] = []
  /// What each user was told of, in order.
  private(set) var told: [UserID: [String]] = [:]

  init(owner: UserID, others: [UserID], history: HistoryVisibility) {
    self.owner = owner
    self.history = history
    stays = ([owner] + others).map { Stay(user: $0, joined: 0) }
    tell("created")
  }

  var last: Int64 { Int64(messages.count) }

  func present(_ user: UserID) -> Stay? { stays.first { $0.user == user && $0.left == nil } }

  private func index(_ user: UserID) -> Int? {
    stays.firstIndex { $0.user == user && $0.left == nil }
  }

  private mutating func tell(_ event: String, only users: [UserID]? = nil) {
    for user in users ?? stays.filter({ $0.left == nil }).map(\.user) {
      told[user, default: []].append(event)
    }
  }

  // MARK: What may be seen

  func sees(_ user: UserID, _ sequence: Int64) -> Bool {
    guard present(user) != nil, sequence >= 1, sequence <= last,
      !messages[Int(sequence) - 1].hiddenFrom.contains(user)
    else { return false }
    return history == .all
      || stays.contains {
        $0.user == user && $0.joined < sequence && sequence <= $0.left ?? .max
      }
  }

  /// Those who take part and may see a message now.
  private func viewers(_ sequence: Int64) -> [UserID] {
    stays.filter { $0.left == nil && sees($0.user, sequence) }.map(\.user)
  }

  func visible(to user: UserID) -> [Said] { messages.filter { sees(user, $0.sequence) } }

  func unread(_ user: UserID) -> Int {
    guard let stay = present(user) else { return 0 }
    return messages.count {
      $0.sequence > stay.mark(.read) && $0.author != user && !$0.isDeleted
        && !$0.hiddenFrom.contains(user)
    }
  }

  func status(_ message: Said) -> MessageStatus {
    let others = stays.filter { $0.left == nil && $0.user != message.author }
    if others.isEmpty { return .sent }
    if others.allSatisfy({ $0.mark(.read) >= message.sequence }) { return .read }
    return others.allSatisfy { $0.mark(.delivered) >= message.sequence } ? .delivered : .sent
  }

  /// Who of the others who were there has seen a message, as lines, sorted.
  func receipts(_ message: Said, at time: Timestamp?) -> [String] {
    stays.filter {
      $0.user != message.author && $0.joined < message.sequence
        && message.sequence <= $0.left ?? .max
    }.map { stay in
      let times = ReceiptKind.allCases.map { kind in
        stay.time(kind, of: message.sequence, at: time)
      }
      let hasLeft = stay.leftAt.map { left in time.map { left <= $0 } ?? true } ?? false
      return Self.line(stay.user, times, isActive: !hasLeft)
    }.sorted()
  }

  static func line(_ user: UserID, _ times: [Timestamp?], isActive: Bool) -> String {
    "\(user) \(times.map { $0.map { "\($0.milliseconds)" } ?? "-" }) \(isActive)"
  }
}

// MARK: What is done

extension HistoryOracle {
  /// Each of these says whether it is allowed, and does it if so.
  mutating func send(_ user: UserID, _ content: String) -> Bool {
    guard present(user) != nil else { return false }
    messages.append(Said(sequence: last + 1, author: user, contents: [content]))
    tell("message \(last)")
    return true
  }

  mutating func edit(_ user: UserID, _ sequence: Int64, _ content: String) -> Bool {
    guard sees(user, sequence) else { return false }
    let message = messages[Int(sequence) - 1]
    guard message.author == user, !message.isDeleted else { return false }
    messages[Int(sequence) - 1].contents.append(content)
    tell("edited \(sequence), version \(message.contents.count + 1)", only: viewers(sequence))
    return true
  }

  mutating func delete(_ user: UserID, _ sequence: Int64) -> Bool {
    guard sees(user, sequence) else { return false }
    let message = messages[Int(sequence) - 1]
    if message.isDeleted { return true }
    guard message.author == user || user == owner else { return false }
    messages[Int(sequence) - 1].isDeleted = true
    messages[Int(sequence) - 1].reactions = []
    tell("deleted \(sequence)", only: viewers(sequence))
    return true
  }

  mutating func hide(_ user: UserID, _ sequence: Int64) -> Bool {
    guard present(user) != nil, sequence >= 1, sequence <= last else { return false }
    if messages[Int(sequence) - 1].hiddenFrom.contains(user) { return true }
    guard sees(user, sequence) else { return false }
    messages[Int(sequence) - 1].hiddenFrom.insert(user)
    tell("hidden \(sequence)", only: [user])
    return true
  }

  mutating func react(_ user: UserID, _ sequence: Int64, _ emoji: String, isAdded: Bool) -> Bool {
    guard sees(user, sequence), !messages[Int(sequence) - 1].isDeleted else { return false }
    let found = messages[Int(sequence) - 1].reactions.firstIndex {
      $0.emoji == emoji && $0.user == user
    }
    guard (found == nil) == isAdded else { return true }
    if let found {
      messages[Int(sequence) - 1].reactions.remove(at: found)
    } else {
      messages[Int(sequence) - 1].reactions.append((emoji, user))
    }
    tell("\(isAdded ? "+" : "-")\(emoji) \(sequence) \(user)", only: viewers(sequence))
    return true
  }

  mutating func mark(
    _ user: UserID,
    _ kind: ReceiptKind,
    _ upTo: Int64,
    _ now: Timestamp
  ) -> Bool {
    guard let index = index(user) else { return false }
    let upTo = min(upTo, last)
    if upTo > stays[index].mark(kind) {
      stays[index].moves.append((kind, upTo, now))
      tell("\(kind) \(upTo) \(user)")
    }
    return true
  }

  mutating func join(_ user: UserID, by actor: UserID) -> Bool {
    guard actor == owner else { return false }
    if present(user) == nil {
      stays.append(Stay(user: user, joined: last))
      tell("joined \(user)")
    }
    return true
  }

  mutating func leave(_ user: UserID, _ now: Timestamp) -> Bool {
    guard let index = index(user), user != owner else { return false }
    tell("left \(user)")
    stays[index].left = last
    stays[index].leftAt = now
    return true
  }

  mutating func show(_ history: HistoryVisibility, by user: UserID) -> Bool {
    guard user == owner else { return false }
    if history != self.history {
      self.history = history
      tell("history \(history)")
    }
    return true
  }
}
