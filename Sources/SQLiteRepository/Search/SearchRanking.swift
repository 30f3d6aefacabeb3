import ChatModel
import ChatRepository
import Foundation

/// How well a text answers a search, and which part of it to show.
struct SearchRanking {
  /// Folded, each once.
  private let wanted: Set<String>
  /// The same, and the beginning, as bytes.
  private let looked: [ASCIIWord]
  /// What the last word begins with, if it may go on.
  let beginning: String?

  private static let snippetLength = 160
  private static let contextLength = 40

  /// - Parameter isUnfinished: whether the last word is the beginning of one.
  init(_ query: String, isUnfinished: Bool = false) {
    var words = SearchWords(query).words.map(\.folded)
    beginning = isUnfinished ? words.popLast() : nil
    wanted = Set(words)
    looked =
      wanted.map { ASCIIWord($0, isBeginning: false) }
      + [beginning].compactMap(\.self).map { ASCIIWord($0, isBeginning: true) }
  }

  /// Those that must be there as they are.
  var words: [String] { wanted.sorted() }

  /// Whether the last word is long enough to be looked for as the beginning of others.
  var canGoOn: Bool { (beginning?.count ?? 0) >= Self.beginningLength }

  /// Fewer letters begin too many words.
  private static let beginningLength = 2

  /// Nil if a word is missing: the index may be a moment behind the text.
  func rank(_ text: String) -> (score: Double, snippet: Snippet)? {
    let (count, found) = scan(text)
    let there = Set(found.map(\.word.folded))
    guard wanted.isSubset(of: there) else { return nil }
    if let beginning, !there.contains(where: { $0.hasPrefix(beginning) }) { return nil }
    let score = density(found.map(\.word.folded), of: count) + nearness(found.map(\.index))
    return (score, snippet(of: text, found.map(\.word.range)))
  }

  private typealias Found = (index: Int, word: SearchWords.Word)

  /// How many words a text has, and which of them are wanted.
  private func scan(_ text: String) -> (count: Int, found: [Found]) {
    if let quick = text.utf8.withContiguousStorageIfAvailable(scanASCII) ?? nil { return quick }
    let words = SearchWords(text).words
    let found = words.enumerated().filter { isWanted($0.element.folded) }
    return (words.count, found.map { (index: $0.offset, word: $0.element) })
  }

  /// The same without a `String` for each word; nil for bytes that are not all ASCII.
  private func scanASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> (count: Int, found: [Found])? {
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    var count = 0
    var found: [Found] = []
    var start = bytes.startIndex
    while let first = bytes[start...].firstIndex(where: ASCIIWord.isPart) {
      let end = bytes[first...].firstIndex { !ASCIIWord.isPart($0) } ?? bytes.endIndex
      let word = UnsafeBufferPointer(rebasing: bytes[first..<end])
      if looked.contains(where: { $0.matches(word) }) {
        let folded = String(decoding: word.lazy.map(ASCIIWord.lowercased), as: UTF8.self)
        found.append((count, SearchWords.Word(folded: folded, range: first..<end)))
      }
      count += 1
      start = end
    }
    return (count, found)
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
    // A text has no more scalars than bytes.
    guard let first = ranges.first, text.utf8.count > Self.snippetLength else {
      return Snippet(text: text, highlights: ranges)
    }
    let scalars = Array(text.unicodeScalars)
    guard scalars.count > Self.snippetLength else {
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
