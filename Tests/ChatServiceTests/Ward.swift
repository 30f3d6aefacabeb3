import AttachmentStorage
import ChatModel
import ChatRepository
import ChatService
import Foundation
import SQLiteRepository
import Synchronization
import Testing

/// The use cases over a repository in a folder of its own, with a clock that is set by hand.
final class Ward: Sendable {
  let repository: any ChatRepository
  let hub: EventHub
  let chat: ChatServices
  let store: DiskAttachmentStore
  let time = ManualTimekeeper()
  private let clock: Box<Timestamp>
  let folder: String

  init(
    tokens: any TokenVerifying = NoTokens(),
    onCommit: @escaping CommitListener = { _ in },
    attachments change: (inout AttachmentBackend) -> Void = { _ in }
  )
    throws
  {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("wardline-\(UUID().uuidString)").path
    let hub = EventHub()
    self.hub = hub
    repository = try SQLiteRepository(
      SQLiteConfiguration(folder: folder),
      onCommit: { events in
        hub.committed(events)
        onCommit(events)
      }
    )
    let clock = Box(Timestamp(milliseconds: 1_790_000_000_000))
    self.clock = clock
    store = try DiskAttachmentStore(folder: folder + "/attachments")
    var backend = AttachmentBackend(store: store)
    change(&backend)
    chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: tokens,
      attachments: backend,
      time: time
    ) { clock.value }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var now: Timestamp { clock.value }

  func advance(seconds: Int64) {
    clock.change { $0 = Timestamp(milliseconds: $0.milliseconds + seconds * 1000) }
  }

  @discardableResult
  func enter(_ name: String, _ role: Role) async throws -> Principal {
    let id = try #require(UserID(name))
    _ = try await repository.write(
      PutUser(id: id, displayName: name, role: role),
      WriteContext(actor: id, now: now)
    )
    return principal(id, role)
  }

  func principal(_ id: UserID, _ role: Role) -> Principal {
    Principal(
      userID: id,
      role: role,
      displayName: id.rawValue,
      expiresAt: Timestamp(milliseconds: now.milliseconds + 3_600_000)
    )
  }

  /// A group that the first of them owns.
  func group(_ people: Principal...) async throws -> ConversationID {
    try await chat.conversations.create(
      .group,
      title: "Team",
      others: people.dropFirst().map(\.userID),
      history: .all,
      key: nil,
      people[0]
    ).conversation.id
  }

  @discardableResult
  func send(
    _ content: String,
    from sender: Principal,
    to destination: AppendMessage.Destination,
    type: MessageType = .text,
    key: IdempotencyKey? = nil
  ) async throws -> AppendedMessage {
    let message = AppendMessage(destination: destination, type: type, content: content)
    let draft = Messages.Draft(message, key: key)
    return try await withCheckedThrowingContinuation { continuation in
      chat.messages.send(draft, sender, on: ImmediateCompletionExecutor.shared) {
        continuation.resume(with: $0)
      }
    }
  }
}

/// Knows nobody.
struct NoTokens: TokenVerifying {
  func verify(_ token: String) throws(AuthenticationError) -> Principal {
    throw AuthenticationError("unknown")
  }
}

/// A value that many threads see.
final class Box<Value: Sendable>: Sendable {
  private let content: Mutex<Value>

  init(_ value: Value) { content = Mutex(value) }

  var value: Value { content.withLock { $0 } }
  func set(_ value: Value) { content.withLock { $0 = value } }
  func change(_ body: (inout Value) -> Void) { content.withLock { body(&$0) } }
}
