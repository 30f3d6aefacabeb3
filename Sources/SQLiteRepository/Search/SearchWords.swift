import Foundation

/// A text as it is searched: words without case and diacritics.
///
/// The index is filled with them and asked by them, so that both sides agree on what a word is. Where
/// a script puts no blanks between words, each sign is one.
struct SearchWords {
  struct Word: Equatable {
    let folded: String
    /// Where it stands, in Unicode scalars.
    let range: Range<Int>
  }

  let words: [Word]

  init(_ text: String) {
    var reader = Reader()
    for scalar in text.unicodeScalars { reader.take(scalar) }
    reader.endWord()
    words = reader.words
  }

  /// A text as the index takes it, which folds the case of ASCII itself.
  static func indexed(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    return SearchWords(text).words.map(\.folded).joined(separator: " ")
  }

  private struct Reader {
    private(set) var words: [Word] = []
    private var scalars = String.UnicodeScalarView()
    private var offset = 0

    mutating func take(_ scalar: Unicode.Scalar) {
      if SearchWords.standsAlone(scalar) { endWord() }
      if SearchWords.isPartOfWord(scalar) {
        scalars.append(scalar)
      } else {
        endWord()
      }
      offset += 1
    }

    mutating func endWord() {
      defer { scalars = String.UnicodeScalarView() }
      let folded = SearchWords.fold(String(scalars))
      if folded.isEmpty { return }
      words.append(Word(folded: folded, range: offset - scalars.count..<offset))
    }
  }

  private static func fold(_ text: String) -> String {
    // A search folds some twenty thousand words, and most are of this kind.
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
    let folded = text.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive],
      locale: nil
    )
    if folded.utf8.allSatisfy({ $0 < 0x80 }) { return folded }
    return folded.map { plain[$0] ?? String($0) }.joined()
  }

  /// Letters of the Latin script that are no letter with a mark, and what people type for them.
  private static let plain: [Character: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t",
    "ı": "i", "þ": "th",
  ]

  /// Letters, numbers and the marks on them, as the tokenizer of the index sees it.
  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar)
    }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .privateUse:
      true
    default: false
    }
  }

  /// Whether a letter begins a word behind every other: Chinese and Japanese, and the scripts from
  /// Thai to Khmer, whose marks stay with their letters.
  private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x0E00 { return false }
    switch scalar.value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x31F0...0x31FF:
      return scalar.properties.generalCategory == .otherLetter
    default: return scalar.properties.isIdeographic
    }
  }
}
