import Foundation

/// A text as it is searched: words without case and diacritics, as the index has them.
struct SearchWords {
  struct Word: Equatable {
    let folded: String
    /// Where it stands, in Unicode scalars.
    let range: Range<Int>
  }

  let words: [Word]

  init(_ text: String) {
    var words: [Word] = []
    var start: Int?
    var scalars = String.UnicodeScalarView()
    var offset = 0
    let end = { (words: inout [Word], start: Int, end: Int, scalars: String.UnicodeScalarView) in
      words.append(Word(folded: Self.fold(String(scalars)), range: start..<end))
    }
    for scalar in text.unicodeScalars {
      if Self.isPartOfWord(scalar) {
        if start == nil { start = offset }
        scalars.append(scalar)
      } else if let begun = start {
        end(&words, begun, offset, scalars)
        start = nil
        scalars = String.UnicodeScalarView()
      }
      offset += 1
    }
    if let begun = start { end(&words, begun, offset, scalars) }
    self.words = words.filter { !$0.folded.isEmpty }
  }

  static func fold(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }

  /// Letters, numbers and the marks on them, as the tokenizer of the index sees it.
  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .privateUse:
      true
    default: false
    }
  }
}
