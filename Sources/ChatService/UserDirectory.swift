import ChatModel
import ChatRepository
import Synchronization

/// Users that were looked up lately, so that a send need not read one each time.
///
/// Every change of a user passes through here, which keeps what is remembered true. What is
/// remembered is bounded: when it is too much, all of it is forgotten.
final class UserDirectory: Sendable {
  private let repository: any ChatRepository
  private let known = Mutex<[UserID: User]>([:])

  init(_ repository: any ChatRepository) {
    self.repository = repository
  }

  /// A user that is remembered.
  func remembered(_ id: UserID) -> User? {
    known.withLock { $0[id] }
  }

  func user(_ id: UserID) async throws(ChatError) -> User? {
    if let user = remembered(id) { return user }
    guard let user = try await repository.user(id) else { return nil }
    remember(user)
    return user
  }

  func remember(_ user: User) {
    known.withLock { known in
      if known.count >= Self.countMax { known.removeAll() }
      known[user.id] = user
    }
  }

  private static let countMax = 50_000
}
