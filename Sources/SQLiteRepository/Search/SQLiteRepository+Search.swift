public import ChatModel
public import ChatRepository
import GRDB

extension SQLiteRepository {
  /// Of more messages that hold all words, the newest are looked at.
  private static let candidatesMax = 1000

  public func search(
    _ search: MessageSearch,
    of viewer: UserID
  ) async throws(ChatError) -> Page<FoundMessage> {
    let ranking = SearchRanking(search.text)
    guard !ranking.words.isEmpty else { return Page(items: [], hasMore: false) }
    let scope = try await read { try $0.searchScope(of: viewer, in: search.conversation) }
    guard !scope.isEmpty else { return Page(items: [], hasMore: false) }
    let rows = try await candidates(ranking.words, scope)
    return try await read { try $0.hits(rows, search, ranking, for: viewer) }
  }

  private func candidates(
    _ words: [String],
    _ scope: [String]
  ) async throws(ChatError) -> [Int64] {
    let quote = { (words: [String], operation: String) in
      words.map { "\"\($0)\"" }.joined(separator: " \(operation) ")
    }
    let query = "content : (\(quote(words, "AND"))) AND scope : (\(quote(scope, "OR")))"
    return try await read(from: search.pool) { db in
      try db.all(
        """
        SELECT rowid FROM message_text WHERE message_text MATCH ?
        ORDER BY rowid DESC LIMIT \(Self.candidatesMax)
        """,
        [query]
      ) { try $0.int64() }
    }
  }
}
