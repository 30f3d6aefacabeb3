import ChatModel
import ChatRepository
import SeededRandom
import Testing

@testable import ChatService

/// People who do what they may and what they may not in two groups, while an oracle keeps count.
struct RandomHistory {
  let ward: Ward
  let people: [Principal]
  private(set) var groups: [(id: ConversationID, oracle: HistoryOracle)] = []
  private var random: SeededGenerator
  private(set) var wrong: [String] = []
  private var step = 0
  private static let emojis = ["👍", "❤️", "🙏"]

  init(seed: UInt64) async throws {
    random = SeededGenerator(seed: seed)
    ward = try Ward()
    var people: [Principal] = []
    for name in ["ann", "bob", "cleo", "dana", "eve"] {
      people.append(try await ward.enter(name, .nurse))
    }
    self.people = people
    for history in [HistoryVisibility.all, .fromJoin] {
      let others = people[1...2].map(\.userID)
      let created = try await ward.chat.conversations.create(
        .group,
        title: "\(history)",
        others: others,
        history: history,
        key: nil,
        people[0]
      )
      let oracle = HistoryOracle(owner: people[0].userID, others: others, history: history)
      groups.append((created.conversation.id, oracle))
    }
  }

  mutating func take(steps: Int) async throws {
    for _ in 0..<steps {
      step += 1
      // Sometimes two things happen in one millisecond.
      if Int.random(in: 0..<4, using: &random) > 0 { ward.advance(seconds: 1) }
      try await act()
    }
  }

  private mutating func note(_ what: String, _ allowed: Bool, _ body: () async throws -> Void) async
  {
    do {
      try await body()
      if !allowed { wrong.append("step \(step): \(what) went through") }
    } catch {
      if allowed { wrong.append("step \(step): \(what) failed with \(error)") }
    }
  }

  private mutating func act() async throws {
    let group = Int.random(in: 0..<groups.count, using: &random)
    let person = Int.random(in: 0..<people.count, using: &random)
    let last = groups[group].oracle.last
    // Also what is not there yet.
    let sequence = Int64.random(in: 1...(last + 1), using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<6: await send(group, people[person])
    case 6..<8: await edit(group, people[person], sequence)
    case 8: await delete(group, people[person], sequence)
    case 9, 10: await hide(group, people[person], sequence)
    case 11, 12: await react(group, people[person], sequence)
    case 13..<17: await mark(group, people[person], sequence)
    case 17: await join(group, people[person])
    case 18: await leave(group, people[person])
    default: await show(group, people[person])
    }
  }

  private func message(_ group: Int, _ sequence: Int64) -> MessageID {
    MessageID(
      conversation: groups[group].id,
      sequence: MessageSequence(rawValue: sequence) ?? .zero
    )
  }

  // MARK: Each kind of step

  private mutating func send(_ group: Int, _ person: Principal) async {
    let content = "said in step \(step)"
    let allowed = groups[group].oracle.send(person.userID, content)
    let (ward, id) = (ward, groups[group].id)
    await note("send of \(person.userID)", allowed) {
      try await ward.send(content, from: person, to: .conversation(id))
    }
  }

  private mutating func edit(_ group: Int, _ person: Principal, _ sequence: Int64) async {
    let content = "edited in step \(step)"
    let allowed = groups[group].oracle.edit(person.userID, sequence, content)
    let (messages, id) = (ward.chat.messages, message(group, sequence))
    await note("edit of \(sequence) by \(person.userID)", allowed) {
      _ = try await messages.edit(
        id,
        content: content,
        mentions: [],
        expectedVersion: nil,
        key: nil,
        person
      )
    }
  }

  private mutating func delete(_ group: Int, _ person: Principal, _ sequence: Int64) async {
    let allowed = groups[group].oracle.delete(person.userID, sequence)
    let (messages, id) = (ward.chat.messages, message(group, sequence))
    await note("deletion of \(sequence) by \(person.userID)", allowed) {
      _ = try await messages.delete(id, .all, key: nil, person)
    }
  }

  private mutating func hide(_ group: Int, _ person: Principal, _ sequence: Int64) async {
    let allowed = groups[group].oracle.hide(person.userID, sequence)
    let (messages, id) = (ward.chat.messages, message(group, sequence))
    await note("hiding of \(sequence) by \(person.userID)", allowed) {
      _ = try await messages.delete(id, .me, key: nil, person)
    }
  }

  private mutating func react(_ group: Int, _ person: Principal, _ sequence: Int64) async {
    let emoji = Self.emojis.randomElement(using: &random) ?? "👍"
    let isAdded = Int.random(in: 0..<3, using: &random) > 0
    let allowed = groups[group].oracle.react(person.userID, sequence, emoji, isAdded: isAdded)
    let (messages, id) = (ward.chat.messages, message(group, sequence))
    await note("reaction to \(sequence) by \(person.userID)", allowed) {
      _ = try await messages.react(id, emoji: emoji, isAdded: isAdded, key: nil, person)
    }
  }

  private mutating func mark(_ group: Int, _ person: Principal, _ sequence: Int64) async {
    let kind = ReceiptKind.allCases.randomElement(using: &random) ?? .read
    let allowed = groups[group].oracle.mark(person.userID, kind, sequence, ward.now)
    let (messages, id) = (ward.chat.messages, message(group, sequence))
    await note("\(kind) of \(sequence) by \(person.userID)", allowed) {
      try await withCheckedThrowingContinuation { continuation in
        messages.mark(
          kind,
          id.conversation,
          upTo: id.sequence,
          key: nil,
          person,
          on: ImmediateCompletionExecutor.shared
        ) { continuation.resume(with: $0.map { _ in }) }
      }
    }
  }

  private mutating func join(_ group: Int, _ person: Principal) async {
    // Now and then somebody asks who may not.
    let actor = Int.random(in: 0..<5, using: &random) == 0 ? people[1] : people[0]
    let allowed = groups[group].oracle.join(person.userID, by: actor.userID)
    let (conversations, id) = (ward.chat.conversations, groups[group].id)
    await note("joining of \(person.userID)", allowed) {
      _ = try await conversations.addParticipants(
        [person.userID],
        as: .member,
        to: id,
        key: nil,
        actor
      )
    }
  }

  private mutating func leave(_ group: Int, _ person: Principal) async {
    let others = groups[group].oracle.stays.count { $0.left == nil } > 1
    // Alone, the owner may go, and the rest of the history would be empty.
    guard others || person.userID != people[0].userID else { return }
    let allowed = groups[group].oracle.leave(person.userID, ward.now)
    let (conversations, id) = (ward.chat.conversations, groups[group].id)
    await note("leaving of \(person.userID)", allowed) {
      _ = try await conversations.removeParticipant(person.userID, from: id, key: nil, person)
    }
  }

  private mutating func show(_ group: Int, _ person: Principal) async {
    let history: HistoryVisibility = Bool.random(using: &random) ? .all : .fromJoin
    let allowed = groups[group].oracle.show(history, by: person.userID)
    let (conversations, id) = (ward.chat.conversations, groups[group].id)
    await note("history by \(person.userID)", allowed) {
      _ = try await conversations.update(id, title: nil, history: history, key: nil, person)
    }
  }

  /// A time at which something may have been known otherwise than now; nil for now.
  mutating func randomTime() -> Timestamp? {
    guard Bool.random(using: &random) else { return nil }
    let back = Int64.random(in: 0...Int64(step), using: &random) * 1000
    return Timestamp(milliseconds: ward.now.milliseconds - back)
  }
}
