import ChatModel
import ChatRepository
import SeededRandom
import Testing

@testable import SQLiteRepository

@Suite("The inbox of a user")
struct InboxTests {
  private let folder = TemporaryFolder()
  private let people = ["ann", "bob", "cleo", "dan"].compactMap { UserID($0) }
  private let seed = UInt64.random(in: 0..<1_000_000)

  /// One made anew at this moment, and the one that is brought up to date.
  private func inboxes(
    of user: UserID,
    _ repository: SQLiteRepository
  ) async throws -> (anew: Inbox, kept: Inbox) {
    try await repository.read { [inboxes = repository.inboxes] snapshot in
      try (snapshot.inbox(of: user, InboxCache(rowsMax: 0)), snapshot.inbox(of: user, inboxes))
    }
  }

  private func expectAlike(_ user: UserID, _ repository: SQLiteRepository, _ step: Int) async throws
  {
    let (anew, kept) = try await inboxes(of: user, repository)
    #expect(kept.position == anew.position)
    #expect(
      kept.rows.map { "\($0)" } == anew.rows.map { "\($0)" },
      "step \(step), seed \(seed)"
    )
    #expect(try await repository.unreadTotal(of: user) == anew.unreadTotal)
  }

  private func repository() async throws -> SQLiteRepository {
    let repository = try SQLiteRepository(folder.configuration)
    for id in people {
      _ = try await repository.write(
        PutUser(id: id, displayName: "Somebody", role: .nurse),
        WriteContext(actor: id, now: Timestamp(milliseconds: 0))
      )
    }
    return repository
  }

  @Test("is the same whether it is made anew or brought up to date, after whatever happened")
  func followed() async throws {
    let repository = try await repository()
    var random = SeededGenerator(seed: seed)
    var history = RandomHistory(people: people)
    for step in 0..<400 {
      try await history.doSomething(at: step, repository, &random)
      // Now and then only, so that there is more than one event to look through.
      let asking = try #require(people.randomElement(using: &random))
      if Int.random(in: 0..<3, using: &random) == 0 {
        try await expectAlike(asking, repository, step)
      }
    }
    for user in people { try await expectAlike(user, repository, 400) }
    await repository.close()
  }

  @Test("is made anew when too much was said since")
  func farBehind() async throws {
    let repository = try await repository()
    let (ann, bob) = (people[0], people[1])
    func send(_ count: Int) async throws {
      for _ in 0..<count {
        _ = try await repository.write(
          AppendMessage(destination: .direct(bob), content: "hello"),
          WriteContext(actor: ann, now: Timestamp(milliseconds: 5))
        )
      }
    }
    try await send(2)
    #expect(try await repository.unreadTotal(of: bob) == 2)
    try await send(600)
    #expect(try await repository.unreadTotal(of: bob) == 602)
    try await expectAlike(bob, repository, 0)
    await repository.close()
  }

  @Test("is forgotten when all of them are too many")
  func bounded() async throws {
    let cache = InboxCache(rowsMax: 3)
    let id = try #require(ConversationID(rawValue: 7))
    let row = Inbox.Row(
      conversation: id,
      lastActivityAt: Timestamp(milliseconds: 0),
      unreadCount: 1
    )
    cache.keep(Inbox([row, row], at: .zero), of: people[0])
    #expect(cache.inbox(of: people[0]) != nil)
    cache.keep(Inbox([row, row], at: .zero), of: people[1])
    #expect(cache.inbox(of: people[0]) == nil && cache.inbox(of: people[1]) == nil)
  }
}

/// People who found groups, write, read, delete, leave and come back, at random.
private struct RandomHistory {
  let people: [UserID]
  private var groups: [ConversationID] = []
  private var messages: [MessageID] = []

  init(people: [UserID]) { self.people = people }

  private enum Wish {
    case found, write, writeToGroup, read, delete, leave, add
  }

  private static let wishes: [Wish] = [
    .found, .write, .write, .write, .writeToGroup, .writeToGroup, .read, .read, .delete, .leave,
    .add,
  ]

  mutating func doSomething(
    at step: Int,
    _ repository: SQLiteRepository,
    _ random: inout SeededGenerator
  ) async throws {
    let wish = Self.wishes[Int.random(in: 0..<Self.wishes.count, using: &random)]
    let pair = people.shuffled(using: &random).prefix(2)
    let group = groups.randomElement(using: &random)
    let message = messages.randomElement(using: &random)
    let scope: DeleteMessage.Scope = Bool.random(using: &random) ? .me : .all
    let context = WriteContext(actor: pair[0], now: Timestamp(milliseconds: Int64(step)))
    do {
      switch (wish, group, message) {
      case (.found, _, _): try await found(with: pair[1], repository, context)
      case (.write, _, _): try await write("\(step)", to: .direct(pair[1]), repository, context)
      case (.writeToGroup, let group?, _):
        try await write("\(step)", to: .conversation(group), repository, context)
      case (.read, _, let message?): try await read(message, repository, context)
      case (.delete, _, let message?): try await delete(message, scope, repository, context)
      case (.leave, let group?, _):
        let intent = RemoveParticipant(conversation: group, user: context.actor)
        _ = try await repository.write(intent, context)
      case (.add, let group?, _):
        let intent = AddParticipants(conversation: group, users: [pair[1]], participantsMax: 100)
        _ = try await repository.write(intent, context)
      default: break
      }
    } catch is ChatError {
      // What the rules forbid changes nothing.
    }
  }

  private mutating func found(
    with other: UserID,
    _ repository: SQLiteRepository,
    _ context: WriteContext
  ) async throws {
    let intent = CreateConversation(
      type: .group,
      creator: context.actor,
      others: [other],
      title: "Group"
    )
    groups.append(try await repository.write(intent, context).conversation.id)
  }

  private mutating func write(
    _ text: String,
    to destination: AppendMessage.Destination,
    _ repository: SQLiteRepository,
    _ context: WriteContext
  ) async throws {
    let intent = AppendMessage(destination: destination, content: text)
    messages.append(try await repository.write(intent, context).id)
  }

  private func read(
    _ message: MessageID,
    _ repository: SQLiteRepository,
    _ context: WriteContext
  ) async throws {
    let intent = MoveWatermark(
      conversation: message.conversation,
      kind: .read,
      upTo: message.sequence
    )
    _ = try await repository.write(intent, context)
  }

  private func delete(
    _ message: MessageID,
    _ scope: DeleteMessage.Scope,
    _ repository: SQLiteRepository,
    _ context: WriteContext
  ) async throws {
    let intent = DeleteMessage(message: message, scope: scope, windowMilliseconds: .max)
    _ = try await repository.write(intent, context)
  }
}
