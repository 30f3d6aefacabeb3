public import ChatRepository
public import Testing

/// Where a backend keeps one repository during a test.
public protocol ContractStorage: Sendable {
  /// Opens the repository that lies here, new the first time.
  func open(onCommit: @escaping CommitListener) async throws -> any ChatRepository
}

/// One promise of `ChatRepository`, and how to see that it is kept.
public struct ContractCheck: Sendable, CustomTestStringConvertible {
  public let name: String
  private let body: @Sendable (Clinic) async throws -> Void

  init(_ name: String, _ body: @escaping @Sendable (Clinic) async throws -> Void) {
    self.name = name
    self.body = body
  }

  public var testDescription: String { name }

  /// Expects the promise of a repository in `storage`, which must be empty.
  public func run(in storage: some ContractStorage) async throws {
    let clinic = try await Clinic(storage)
    try await body(clinic)
    await clinic.repository.close()
  }
}

/// Every promise: a backend runs each of them in a storage of its own.
public enum RepositoryContract {
  public static let checks: [ContractCheck] =
    userChecks + conversationChecks + messageChecks + pagingChecks + idempotencyChecks
    + receiptChecks + unreadChecks + eventChecks + writeChecks + participantChecks + changeChecks
    + acknowledgementChecks + keyChecks + attachmentChecks + attachmentLifeChecks
    + careTeamChecks + handOverChecks + auditChecks + revocationChecks + presenceChecks
    + unseenMessageChecks
}
