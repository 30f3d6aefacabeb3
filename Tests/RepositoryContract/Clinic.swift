import ChatModel
import ChatRepository
import Synchronization
import Testing

/// A repository with a few users, and short ways to use it.
final class Clinic: Sendable {
  let amara: UserID
  let lindqvist: UserID
  let okafor: UserID
  /// The events that commits told of, in the order in which they came.
  let told: EventRecorder
  private let storage: any ContractStorage
  private let open: Mutex<any ChatRepository>

  var repository: any ChatRepository { open.withLock { $0 } }

  init(_ storage: some ContractStorage) async throws {
    let told = EventRecorder()
    self.told = told
    self.storage = storage
    amara = try #require(UserID("amara"))
    lindqvist = try #require(UserID("dr-lindqvist"))
    okafor = try #require(UserID("okafor"))
    open = Mutex(try await storage.open { told.add($0) })
    let people: [(UserID, Role)] = [
      (amara, .patient), (lindqvist, .dietitian), (okafor, .doctor),
    ]
    for (id, role) in people {
      _ = try await repository.write(
        PutUser(id: id, displayName: "The \(id)", role: role),
        WriteContext(actor: id, now: Self.start)
      )
    }
  }

  static let start = Timestamp(milliseconds: 1_790_000_000_000)

  static func time(_ seconds: Int) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + Int64(seconds) * 1000)
  }

  /// Closes the repository and opens it again.
  func reopen() async throws {
    await repository.close()
    let told = told
    let next = try await storage.open { told.add($0) }
    open.withLock { $0 = next }
  }

  @discardableResult
  func send(
    _ content: String,
    from sender: UserID,
    to recipient: UserID,
    key: String? = nil,
    at seconds: Int = 0
  ) async throws -> AppendedMessage {
    try await repository.write(
      AppendMessage(destination: .direct(recipient), content: content),
      WriteContext(
        actor: sender,
        key: try key.map { try #require(IdempotencyKey($0)) },
        now: Self.time(seconds)
      )
    )
  }

  @discardableResult
  func move(
    _ kind: ReceiptKind,
    of user: UserID,
    in conversation: ConversationID,
    upTo: Int64,
    at seconds: Int = 0
  ) async throws -> WatermarkState {
    try await repository.write(
      MoveWatermark(
        conversation: conversation,
        kind: kind,
        upTo: try #require(MessageSequence(rawValue: upTo))
      ),
      WriteContext(actor: user, now: Self.time(seconds))
    )
  }

  @discardableResult
  func deactivate(_ id: UserID, at seconds: Int = 1) async throws -> User {
    let user = try #require(try await repository.user(id))
    return try await repository.write(
      PutUser(id: id, displayName: user.displayName, role: user.role, isActive: false),
      WriteContext(actor: lindqvist, now: Self.time(seconds))
    )
  }

  func conversation(_ one: UserID, _ other: UserID) async throws -> ConversationID {
    try await repository.write(
      CreateConversation(creator: one, other: other),
      WriteContext(actor: one, now: Self.start)
    ).conversation.id
  }

  /// Every message of a conversation, without pages.
  func messages(of id: ConversationID) async throws -> [Message] {
    try await repository.messages(
      of: id,
      in: MessageRange(limit: 100_000, byteLimit: .max),
      visibleTo: nil
    ).items
  }

  /// Everything in the log that a user may see, in pages of `limit`.
  func events(
    of user: UserID,
    limit: Int = 100,
    window: Int = 10_000,
    byteLimit: Int = 1 << 20
  ) async throws -> [Event] {
    var events: [Event] = []
    var query = EventQuery(
      after: .zero,
      user: user,
      limit: limit,
      byteLimit: byteLimit,
      scanWindow: window
    )
    while true {
      let page = try await repository.events(query)
      events += page.events
      if page.reachedHead { return events }
      try #require(page.reached > query.after, "a page must make progress")
      query.after = page.reached
    }
  }
}

/// Gathers what a commit listener is told.
final class EventRecorder: Sendable {
  private let recorded = Mutex<[Event]>([])

  var events: [Event] { recorded.withLock { $0 } }

  func add(_ events: [Event]) { recorded.withLock { $0 += events } }
}

/// A generator whose numbers follow from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
