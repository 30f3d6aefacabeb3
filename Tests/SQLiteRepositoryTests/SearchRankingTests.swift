import ChatRepository
import Testing

@testable import SQLiteRepository

@Suite("Ranking texts")
struct SearchRankingTests {
  @Test(
    "finds in a text of ASCII what it finds by the words of any text",
    arguments: [
      "Insulin", "insulin insulin2 2insulin", "--insulin--", "INSULIN, then walnuts; insulins.",
      "a", "", "no such word", "walnuts insulin walnuts INSULIN",
      "insulin\twalnuts\ninsulin_walnuts",
    ]
  )
  func sameWords(text: String) {
    for (query, isUnfinished) in [("insulin", false), ("walnuts insulin", false), ("insul", true)] {
      let ranking = SearchRanking(query, isUnfinished: isUnfinished)
      let expected = SearchWords(text).words.filter { word in
        ranking.words.contains(word.folded)
          || ranking.beginning.map { word.folded.hasPrefix($0) } ?? false
      }
      let isThere = ranking.words.allSatisfy { word in expected.contains { $0.folded == word } }
      let highlights = ranking.rank(text)?.snippet.highlights
      #expect(highlights == (isThere && !expected.isEmpty ? expected.map(\.range) : nil))
    }
  }

  @Test("a text in ASCII and one beyond it score alike")
  func sameScore() throws {
    let ranking = SearchRanking("blood pressure")
    let plain = try #require(ranking.rank("Your Blood pressure is fine, cafe"))
    let accented = try #require(ranking.rank("Your Blood pressure is fine, café"))
    #expect(plain.score == accented.score)
    #expect(plain.snippet.highlights == accented.snippet.highlights)
  }
}
