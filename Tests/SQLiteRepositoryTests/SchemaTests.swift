import ChatModel
import ChatRepository
import GRDB
import Testing

@testable import SQLiteRepository

@Suite("The tables")
struct SchemaTests {
  private let folder = TemporaryFolder()

  @Test(
    "a table has the columns that were asked for",
    arguments: [
      (
        "chat_conversations",
        "conversation_id type title is_active user_id member_id created_by created_at updated_at "
          + "last_sequence last_message_at history care_role is_sensitive"
      ),
      (
        "chat_messages",
        "position conversation_id sequence sender_id message_type content attachment_url created_at "
          + "updated_at reply_to is_urgent version deleted_at mentions attachment_id "
          + "forwarded_from acting_service checksum"
      ),
      (
        "message",
        "Message_id Conversation_id Sender_id Content Message_Type Attachment_Url Is_read "
          + "Created_at Updated_at"
      ),
      ("conversation", "Conversation_id Title Type Is_Active Created_at"),
      (
        "sender",
        "Sender_id Conversation_id User_id User_Type Joined_at Left_at Is_Active Created_at"
      ),
    ]
  )
  func columns(table: String, expected: String) throws {
    let repository = try SQLiteRepository(folder.configuration)
    let columns = try repository.pool.read { try $0.columns(in: table).map(\.name) }
    #expect(columns == expected.split(separator: " ").map(String.init))
  }

  @Test("all tables are strict, and foreign keys hold everywhere")
  func strict() throws {
    let repository = try SQLiteRepository(folder.configuration)
    let loose = try repository.pool.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT name FROM pragma_table_list
          WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'
          """
      )
    }
    #expect(loose.isEmpty)
    try repository.pool.read { try $0.checkForeignKeys() }
  }

  private static let message =
    "INSERT INTO chat_messages (conversation_id, sequence, sender_id, message_type, content, "
    + "created_at, updated_at) "

  @Test(
    "a row that points to nothing, or to another conversation, is refused",
    arguments: [
      message + "VALUES (999, 1, 1, 'text', 'a', 0, 0)",
      message + "SELECT conversation_id, 9, 1, 'text', 'a', 0, 0 "
        + "FROM chat_participants WHERE participant_id = 3",
      message + "SELECT conversation_id, 9, 1, 'poem', 'a', 0, 0 "
        + "FROM chat_participants WHERE participant_id = 1",
      "INSERT INTO receipts VALUES (999, 'read', 1, 0)",
      "UPDATE users SET role = 'wizard'",
      "UPDATE users SET created_at = 'noon'",
      "DELETE FROM users",
      "DELETE FROM chat_conversations",
    ]
  )
  func constraints(statement: String) async throws {
    let repository = try await repositoryWithTwoConversations()
    let error = #expect(throws: DatabaseError.self) {
      try repository.pool.write { try $0.execute(sql: statement) }
    }
    #expect(error?.resultCode == .SQLITE_CONSTRAINT)
  }

  @Test("the views name conversations and messages as everybody outside does")
  func publicIdentifiers() async throws {
    let repository = try await repositoryWithTwoConversations()
    let shown = try await repository.pool.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT m.conversation_id AS number, v.Conversation_id AS name, v.Message_id AS message,
            m.sequence AS sequence
          FROM chat_messages m JOIN message v ON v.Sender_id = m.sender_id
          """
      ).map { row in
        (
          row["number"] as Int64?, row["name"] as String?, row["message"] as String?,
          row["sequence"] as Int64?
        )
      }
    }
    #expect(!shown.isEmpty)
    for (number, name, message, sequence) in shown {
      let id = try #require(number.flatMap { ConversationID(rawValue: $0) })
      #expect(name == id.description)
      #expect(message == "\(id).\(try #require(sequence))")
    }
  }

  @Test("the views show the documents' entities, with times in ISO 8601")
  func views() async throws {
    let repository = try await repositoryWithTwoConversations()
    let rows = try await repository.pool.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM message ORDER BY Message_id").map {
        ($0["Content"] as String?, $0["Is_read"] as Int?, $0["Created_at"] as String?)
      }
    }
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0.0 == "a" && $0.1 == 0 })
    #expect(rows.allSatisfy { $0.2 == "1970-01-01T00:00:01.500Z" })
  }

  private func repositoryWithTwoConversations() async throws -> SQLiteRepository {
    let repository = try SQLiteRepository(folder.configuration)
    let now = Timestamp(milliseconds: 1500)
    let ids = try ["a", "b", "c"].map { try #require(UserID($0)) }
    for id in ids {
      _ = try await repository.write(
        PutUser(id: id, displayName: "Somebody", role: .nurse),
        WriteContext(actor: id, now: now)
      )
    }
    for other in ids.dropFirst() {
      _ = try await repository.write(
        AppendMessage(destination: .direct(other), content: "a"),
        WriteContext(actor: ids[0], now: now)
      )
    }
    return repository
  }
}
