public import ChatModel
public import ChatRepository
import GRDB

extension SQLiteRepository {
  /// Of more messages that hold all words, the newest are looked at.
  private static let candidatesMax = 1000
  /// When most of them fall out, as by a filter, older ones are looked at up to this number.
  private static let candidatesInAllMax = 20_000

  /// How the full-text index stands.
  public var searchCondition: SearchCondition { search.condition }

  public func search(
    _ search: MessageSearch,
    of viewer: UserID
  ) async throws(ChatError) -> Page<FoundMessage> {
    // What failed before may succeed now.
    self.search.goOn()
    // To find some of the messages would be taken for all there are.
    if self.search.condition.isCatchingUp { throw .unavailable }
    await self.search.settleIfNear()
    let scope = try await read { try $0.searchScope(of: viewer, in: search.conversation) }
    guard !scope.isEmpty else { return Page(items: [], hasMore: false) }
    let found = try await matches(search, scope, of: viewer)
    return try await read { try $0.page(of: found, search, for: viewer) }
  }

  private func matches(
    _ search: MessageSearch,
    _ scope: [String],
    of viewer: UserID
  ) async throws(ChatError) -> [SearchMatch] {
    let whole = SearchRanking(search.text)
    guard !whole.words.isEmpty else { return [] }
    let found = try await matches(whole, search, scope, of: viewer)
    let begun = SearchRanking(search.text, isUnfinished: true)
    guard found.isEmpty, begun.canGoOn else { return found }
    // Nobody has written the last word like this: perhaps it is not finished. Not looked for at
    // once, since the many words that begin alike cost the more the fewer letters there are.
    return try await matches(begun, search, scope, of: viewer)
  }

  private func matches(
    _ ranking: SearchRanking,
    _ search: MessageSearch,
    _ scope: [String],
    of viewer: UserID
  ) async throws(ChatError) -> [SearchMatch] {
    var found: [SearchMatch] = []
    var seen = 0
    var end = Int64.max
    while true {
      let rows = try await candidates(ranking, scope, before: end)
      found += try await read { try $0.matches(rows, search, ranking, for: viewer) }
      seen += rows.count
      guard let last = rows.last, rows.count == Self.candidatesMax,
        found.count < Self.candidatesMax / 2, seen < Self.candidatesInAllMax
      else { return found }
      end = last
    }
  }

  private func candidates(
    _ ranking: SearchRanking,
    _ scope: [String],
    before end: Int64
  ) async throws(ChatError) -> [Int64] {
    let quote = { (words: [String]) in words.map { "\"\($0)\"" } }
    let content =
      quote(ranking.words) + quote([ranking.beginning].compactMap(\.self)).map { $0 + "*" }
    let query =
      "content : (\(content.joined(separator: " AND "))) "
      + "AND scope : (\(quote(scope).joined(separator: " OR ")))"
    do {
      return try await read(from: search.pool) { db in
        try db.all(
          """
          SELECT rowid FROM message_text WHERE message_text MATCH ? AND rowid < ?
          ORDER BY rowid DESC LIMIT \(Self.candidatesMax)
          """,
          [query, end]
        ) { try $0.int64() }
      }
    } catch .dataLoss {
      // No message is lost: the index is made of them again.
      search.foundDamaged()
      throw .unavailable
    }
  }
}
