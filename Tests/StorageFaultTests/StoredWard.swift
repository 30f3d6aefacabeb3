import ChatModel
import ChatRepository
import Foundation
import Logging
import Testing

@testable import SQLiteRepository

/// A repository with three people in one conversation, in a folder of its own.
final class StoredWard: Sendable {
  let folder: String
  let conversation: ConversationID
  /// Those of the conversation.
  static let users = ["ann", "bob", "cleo"].compactMap { UserID($0) }

  var configuration: SQLiteConfiguration { SQLiteConfiguration(folder: folder) }
  var database: String { configuration.databasePath }

  /// - Parameter isUnique: whether its database is no copy of another ward's.
  init(isUnique: Bool = false) async throws {
    let template = try await isUnique ? Self.makeTemplate() : Self.template.value
    conversation = template.conversation
    folder = try Self.makeFolder()
    try template.database.write(to: URL(filePath: folder + "/wardline.sqlite"))
  }

  /// The same ward in a folder where somebody else has put its files.
  init(_ folder: String, _ conversation: ConversationID) {
    self.folder = folder
    self.conversation = conversation
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static func makeFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "wardline-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Opens the repository. What it says of failures is what these tests are about: it is not shown.
  func open(
    checkpointPages: Int = 10_000,
    auditReserveBytes: Int = 1 << 20,
    reached: (@Sendable (Failpoint) -> Void)? = nil
  ) throws -> SQLiteRepository {
    var configuration = configuration
    configuration.checkpointPages = checkpointPages
    configuration.readerCount = 2
    configuration.auditReserveBytes = auditReserveBytes
    return try SQLiteRepository(
      configuration,
      generator: SystemRandomNumberGenerator(),
      logger: Logger(label: "wardline.test") { _ in SwiftLogNoOpLogHandler() },
      onCommit: { _ in },
      reached: reached
    )
  }

  /// Made once, since it costs most of a test.
  private static let template = Task { try await makeTemplate() }

  /// The bytes of a database, and its conversation.
  private static func makeTemplate() async throws -> (database: Data, conversation: ConversationID)
  {
    let folder = try makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let repository = try SQLiteRepository(SQLiteConfiguration(folder: folder))
    let now = Timestamp(milliseconds: 1_780_000_000_000)
    for user in users {
      _ = try await repository.write(
        PutUser(id: user, displayName: user.rawValue, role: .nurse),
        WriteContext(actor: user, now: now)
      )
    }
    let created = try await repository.write(
      CreateConversation(
        type: .group,
        creator: users[0],
        others: Array(users.dropFirst()),
        title: "Ward 3"
      ),
      WriteContext(actor: users[0], now: now)
    )
    await repository.close()
    let database = try Data(contentsOf: URL(filePath: folder + "/wardline.sqlite"))
    return (database: database, conversation: created.conversation.id)
  }
}
