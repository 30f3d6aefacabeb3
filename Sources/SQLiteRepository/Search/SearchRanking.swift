import ChatModel
import ChatRepository
import Foundation

/// How well a text answers a search, and which part of it to show.
struct SearchRanking {
  /// Folded, each once.
  private let wanted: Set<String>
  /// What the last word begins with, if it may go on.
  let beginning: String?

  private static let snippetLength = 160
  private static let contextLength = 40

  /// - Parameter isUnfinished: whether the last word is the beginning of one.
  init(_ query: String, isUnfinished: Bool = false) {
    var words = SearchWords(query).words.map(\.folded)
    beginning = isUnfinished ? words.popLast() : nil
    wanted = Set(words)
  }

  /// Those that must be there as they are.
  var words: [String] { wanted.sorted() }

  /// Whether the last word is long enough to be looked for as the beginning of others.
  var canGoOn: Bool { (beginning?.count ?? 0) >= Self.beginningLength }

  /// Fewer letters begin too many words.
  private static let beginningLength = 2

  /// Nil if a word is missing: the index may be a moment behind the text.
  func rank(_ text: String) -> (score: Double, snippet: Snippet)? {
    let words = SearchWords(text).words
    let found = words.indices.filter { isWanted(words[$0].folded) }
    let there = Set(found.map { words[$0].folded })
    guard wanted.isSubset(of: there) else { return nil }
    if let beginning, !there.contains(where: { $0.hasPrefix(beginning) }) { return nil }
    let score = density(found.map { words[$0].folded }, of: words.count) + nearness(found)
    return (score, snippet(of: text, found.map { words[$0].range }))
  }

  private func isWanted(_ word: String) -> Bool {
    wanted.contains(word) || beginning.map { word.hasPrefix($0) } ?? false
  }

  /// Each word counts more the oftener it stands there, with ever less for one more, and less in a
  /// longer text: the part of BM25 that differs between texts that all hold all words.
  private func density(_ found: [String], of length: Int) -> Double {
    let counts = Dictionary(grouping: found, by: \.self).values.map { Double($0.count) }
    let norm = 1.2 * (0.25 + 0.75 * Double(length) / 20)
    return counts.reduce(0) { $0 + $1 * 2.2 / ($1 + norm) }
  }

  /// Words that stand side by side are worth more.
  private func nearness(_ found: [Int]) -> Double {
    guard wanted.count > 1 else { return 0 }
    let pairs = zip(found, found.dropFirst()).count { $1 - $0 == 1 }
    return Double(min(pairs, wanted.count - 1)) * 0.5
  }

  private func snippet(of text: String, _ ranges: [Range<Int>]) -> Snippet {
    let scalars = Array(text.unicodeScalars)
    guard let first = ranges.first, scalars.count > Self.snippetLength else {
      return Snippet(text: text, highlights: ranges)
    }
    // From a little before the first word, or earlier if the text ends before the part is full.
    let start = max(
      0,
      min(first.lowerBound - Self.contextLength, scalars.count - Self.snippetLength)
    )
    let end = min(scalars.count, start + Self.snippetLength)
    var part = String.UnicodeScalarView()
    part.append(contentsOf: scalars[start..<end])
    let inside = ranges.filter { $0.lowerBound >= start && $0.upperBound <= end }
    return Snippet(
      text: String(part),
      highlights: inside.map { $0.lowerBound - start..<$0.upperBound - start }
    )
  }
}
