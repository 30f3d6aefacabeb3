import ChatModel
import ChatRepository
import Foundation
import GRDB
import Testing

@testable import SQLiteRepository

@Suite("The full-text search")
struct SearchTests {
  private let folder = TemporaryFolder()
  private let now = Timestamp(milliseconds: 1000)

  private func open() async throws -> SQLiteRepository {
    let repository = try SQLiteRepository(folder.configuration)
    for name in ["amara", "lind", "noah"] {
      let id = try user(name)
      _ = try await repository.write(
        PutUser(id: id, displayName: name, role: .nurse),
        WriteContext(actor: id, now: now)
      )
    }
    return repository
  }

  private func user(_ name: String) throws -> UserID { try #require(UserID(name)) }

  @discardableResult
  private func send(
    _ content: String,
    _ sender: String,
    to recipient: String,
    at time: Int64 = 1000,
    _ repository: SQLiteRepository
  ) async throws -> MessageID {
    try await repository.write(
      AppendMessage(destination: .direct(try user(recipient)), content: content),
      WriteContext(actor: try user(sender), now: Timestamp(milliseconds: time))
    ).id
  }

  private func find(
    _ text: String,
    as viewer: String,
    _ repository: SQLiteRepository,
    _ change: (inout MessageSearch) -> Void = { _ in }
  ) async throws -> [String] {
    await repository.search.settle()
    var search = MessageSearch(text: text, limit: 10)
    change(&search)
    return try await repository.search(search, of: try user(viewer)).items.map(\.message.content)
  }

  @Test("finds every word in any order, whatever the case and the marks, and only one's own")
  func words() async throws {
    let repository = try await open()
    try await send("Crème brûlée after dinner", "amara", to: "lind", repository)
    try await send("dinner at noon", "amara", to: "lind", repository)
    try await send("creme secret", "noah", to: "lind", repository)
    #expect(try await find("DINNER creme", as: "amara", repository).count == 1)
    #expect(try await find("dinner", as: "lind", repository).count == 2)
    #expect(try await find("creme", as: "amara", repository) == ["Crème brûlée after dinner"])
    #expect(try await find("secret", as: "amara", repository).isEmpty)
    #expect(try await find("\" OR scope : *", as: "amara", repository).isEmpty)
    await repository.close()
  }

  @Test("letters of all scripts are folded the same in texts and queries")
  func scripts() async throws {
    let repository = try await open()
    for (text, queries) in [
      ("Straße", ["strasse", "STRASSE", "straße"]), ("Łódź", ["lodz", "łódź"]),
      ("Øresund", ["oresund", "ØRESUND"]), ("Æsop œuvre", ["aesop", "oeuvre"]),
      ("ﬁle ｆｕｌｌ", ["file", "full"]), ("İzmir ılık", ["izmir", "ilik"]),
      ("我明天去医院", ["医院", "明天", "我"]), ("ภาษาไทย", ["ไทย"]), ("موعد الغد", ["الغد"]),
      ("हिन्दी", ["हिन्दी"]), ("Việt Nam", ["viet nam"]), ("ひらがなカタカナ", ["カタ"]),
      ("Привет Ёлка", ["привет", "елка"]), ("e\u{301}te\u{301}", ["été", "ete"]),
    ] {
      try await send(text, "amara", to: "lind", repository)
      for query in queries {
        #expect(try await find(query, as: "lind", repository) == [text], "\(query)")
        let conversations = try await repository.searchConversations(
          of: try user("lind"),
          text: query,
          limit: 9
        )
        #expect(conversations.count == 1, "\(query)")
      }
    }
    await repository.close()
  }

  @Test("the last word may be the beginning of one, when nobody wrote it like that")
  func beginnings() async throws {
    let repository = try await open()
    try await send("Überweisung mitbringen", "amara", to: "lind", repository)
    try await send("die Überweisungen fehlen", "amara", to: "lind", repository)
    try await send("uberwies", "noah", to: "lind", repository)
    #expect(try await find("uberwei", as: "amara", repository).count == 2)
    #expect(try await find("mitbringen ÜBERW", as: "amara", repository).count == 1)
    #expect(try await find("überweisung", as: "amara", repository).count == 1)
    #expect(try await find("uberw mitbringen", as: "amara", repository).isEmpty)
    #expect(try await find("u", as: "amara", repository).isEmpty)
    let ranking = SearchRanking("fehlen überw", isUnfinished: true)
    let (_, snippet) = try #require(ranking.rank("die Überweisungen fehlen"))
    #expect(snippet.highlights == [4..<17, 18..<24])
    await repository.close()
  }

  @Test("a filter finds what lies behind a thousand newer messages with the same words")
  func oldOnes() async throws {
    let repository = try await open()
    try await send("blood old", "amara", to: "lind", at: 10, repository)
    for number in 0..<1_100 {
      try await send("blood \(number)", "amara", to: "lind", at: 1000, repository)
    }
    let found = try await find("blood", as: "lind", repository) {
      $0.until = Timestamp(milliseconds: 20)
    }
    #expect(found == ["blood old"])
    await repository.close()
  }

  @Test("the denser text comes first, of equals the newer")
  func ranking() async throws {
    let repository = try await open()
    let filler = String(repeating: "word ", count: 60)
    try await send("insulin \(filler)", "amara", to: "lind", at: 1, repository)
    try await send("insulin dose", "amara", to: "lind", at: 2, repository)
    try await send("insulin dosage", "amara", to: "lind", at: 3, repository)
    let found = try await find("insulin", as: "lind", repository)
    #expect(found == ["insulin dosage", "insulin dose", "insulin \(filler)"])
    await repository.close()
  }

  @Test("a hit shows the part with the words and where they stand")
  func snippet() async throws {
    let ranking = SearchRanking("dose insulin")
    let text = String(repeating: "é ", count: 200) + "the insulin dose was changed"
    let (_, snippet) = try #require(ranking.rank(text))
    let scalars = Array(snippet.text.unicodeScalars)
    #expect(scalars.count <= 160)
    let marked = snippet.highlights.map { range in
      String(String.UnicodeScalarView(scalars[range]))
    }
    #expect(marked == ["insulin", "dose"])
    #expect(SearchRanking("insulin missing").rank(text) == nil)
  }

  @Test("an edit is found by its new words, a deletion by none")
  func changes() async throws {
    let repository = try await open()
    let id = try await send("ten milligrams", "amara", to: "lind", repository)
    let context = WriteContext(actor: try user("amara"), now: now)
    let edit = EditMessage(
      message: id,
      content: "twenty milligrams",
      windowMilliseconds: 1000,
      versionsMax: 9
    )
    _ = try await repository.write(edit, context)
    #expect(try await find("ten", as: "lind", repository).isEmpty)
    #expect(try await find("twenty", as: "lind", repository).count == 1)
    let delete = DeleteMessage(message: id, scope: .all, windowMilliseconds: 1000)
    _ = try await repository.write(delete, context)
    #expect(try await find("milligrams", as: "lind", repository).isEmpty)
    let rows = try await repository.search.pool.read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM message_text")
    }
    #expect(rows == 0)
    await repository.close()
  }

  @Test("filters by conversation, sender and time")
  func filters() async throws {
    let repository = try await open()
    try await send("blood one", "amara", to: "lind", at: 10, repository)
    let other = try await send("blood two", "lind", to: "noah", at: 20, repository)
    try await send("blood three", "lind", to: "amara", at: 30, repository)
    let lind = try user("lind")
    #expect(
      try await find("blood", as: "lind", repository) { $0.sender = lind }
        == ["blood three", "blood two"]
    )
    #expect(
      try await find("blood", as: "lind", repository) { $0.conversation = other.conversation }
        == ["blood two"]
    )
    #expect(
      try await find("blood", as: "lind", repository) {
        $0.since = Timestamp(milliseconds: 20)
        $0.until = Timestamp(milliseconds: 30)
      } == ["blood two"]
    )
    await #expect(throws: ChatError.notFound(.conversation)) {
      _ = try await find("blood", as: "amara", repository) {
        $0.conversation = other.conversation
      }
    }
    await repository.close()
  }

  @Test("who joins later finds the past if he may see it; who left finds nothing")
  func membership() async throws {
    let repository = try await open()
    for history in HistoryVisibility.allCases {
      let owner = WriteContext(actor: try user("amara"), now: now)
      let group = try await repository.write(
        CreateConversation(
          type: .group,
          creator: try user("amara"),
          others: [try user("lind")],
          history: history
        ),
        owner
      ).conversation.id
      _ = try await repository.write(
        AppendMessage(destination: .conversation(group), content: "history \(history.rawValue)"),
        owner
      )
      let add = AddParticipants(conversation: group, users: [try user("noah")], participantsMax: 9)
      _ = try await repository.write(add, owner)
    }
    #expect(try await find("history", as: "noah", repository) == ["history all"])
    let groups = try await repository.conversations(of: try user("noah"), before: nil, limit: 9)
    for group in groups.items {
      let leave = RemoveParticipant(conversation: group.conversation.id, user: try user("noah"))
      _ = try await repository.write(leave, WriteContext(actor: try user("noah"), now: now))
    }
    #expect(try await find("history", as: "noah", repository).isEmpty)
    await repository.close()
  }

  @Test("an index of another version is made again from the log")
  func version() async throws {
    let repository = try await open()
    try await send("Straße", "amara", to: "lind", repository)
    await repository.search.settle()
    try await repository.search.pool.write { db in
      try db.execute(sql: "PRAGMA user_version = 1; DELETE FROM message_text")
    }
    await repository.close()
    let again = try SQLiteRepository(folder.configuration)
    #expect(try await find("strasse", as: "lind", again) == ["Straße"])
    await again.close()
  }

  @Test("an index that is missing or damaged is made again from the log")
  func remaking() async throws {
    let repository = try await open()
    try await send("remember this", "amara", to: "lind", repository)
    await repository.search.settle()
    await repository.close()
    let path = folder.configuration.searchPath
    for damage in [nil, Data("not a database, not at all".utf8)] as [Data?] {
      DataFolder.remove(path)
      if let damage { try damage.write(to: URL(filePath: path)) }
      let again = try SQLiteRepository(folder.configuration)
      #expect(try await find("remember", as: "lind", again) == ["remember this"])
      await again.close()
    }
  }
}
