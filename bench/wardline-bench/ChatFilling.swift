import ChatModel
import ChatRepository
import SQLiteRepository
import Synchronization

/// Writes a clinic's past into a data folder, through the repository and in large groups.
struct ChatFilling: Sendable {
  /// A direct conversation, with one who begins it and another.
  struct Place: Sendable {
    let one: UserID
    let other: UserID
    var conversation: ConversationID?
  }

  let repository: SQLiteRepository
  let texts: ZipfTexts
  private static let atOnce = 8192

  func putUsers(_ users: [UserID]) async throws {
    _ = try await write(users.count) { number in
      let id = users[number]
      let role = ChatBench.role(of: id.rawValue)
      return (
        PutUser(id: id, displayName: id.rawValue, role: role),
        WriteContext(actor: id, now: Self.time(0))
      )
    }
  }

  /// Creates the conversations of places.
  func create(_ places: inout [Place]) async throws {
    let wanted = places
    let created = try await write(wanted.count) { number in
      let (one, other) = (wanted[number].one, wanted[number].other)
      return (
        CreateConversation(creator: one, other: other),
        WriteContext(actor: one, now: Self.time(number))
      )
    }
    for (index, outcome) in created.enumerated() {
      places[index].conversation = outcome.conversation.id
    }
  }

  /// Sends messages, each to the place whose index `chosen` gives for its number.
  func send(
    _ count: Int,
    to places: [Place],
    _ chosen: @escaping @Sendable (Int) -> Int
  ) async throws {
    _ = try await write(count) { number in
      let place = places[chosen(number)]
      guard let conversation = place.conversation else { throw ChatError.notFound(.conversation) }
      return (
        AppendMessage(destination: .conversation(conversation), content: texts.text(number)),
        WriteContext(
          actor: number.isMultiple(of: 3) ? place.one : place.other,
          key: IdempotencyKey("fill-\(ZipfTexts.mix(UInt64(number)))"),
          now: Self.time(places.count + number)
        )
      )
    }
  }

  /// Makes so many writes, as many at once as fill the writer's groups.
  private func write<Intent: WriteIntent>(
    _ count: Int,
    _ make: @Sendable (Int) throws -> (Intent, WriteContext)
  ) async throws -> [Intent.Outcome] {
    var outcomes: [Intent.Outcome] = []
    outcomes.reserveCapacity(count)
    while outcomes.count < count {
      let start = outcomes.count
      let writes = try (start..<min(count, start + Self.atOnce)).map(make)
      outcomes += try await group(writes)
    }
    return outcomes
  }

  private func group<Intent: WriteIntent>(
    _ writes: [(Intent, WriteContext)]
  ) async throws -> [Intent.Outcome] {
    // Answers come in the order of the writes.
    let answers = Answers<Intent.Outcome>()
    await withCheckedContinuation { continuation in
      for (intent, context) in writes {
        repository.write(intent, context, on: ImmediateCompletionExecutor.shared) { result in
          if answers.add(result) == writes.count { continuation.resume() }
        }
      }
    }
    return try answers.all()
  }

  private final class Answers<Outcome: Sendable>: Sendable {
    private let results = Mutex<[Result<Outcome, ChatError>]>([])

    /// - Returns: how many there are now.
    func add(_ result: Result<Outcome, ChatError>) -> Int {
      results.withLock {
        $0.append(result)
        return $0.count
      }
    }

    func all() throws -> [Outcome] { try results.withLock { try $0.map { try $0.get() } } }
  }

  /// Milliseconds behind a day of the past.
  private static func time(_ number: Int) -> Timestamp {
    Timestamp(milliseconds: 1_763_000_000_000 + Int64(number))
  }
}
