/// An enum of the API, whose values are words in JSON: `MESSAGE_TYPE_TEXT` is `text`.
protocol WireWord: CaseIterable, Hashable, Sendable {
  /// The value that means nothing was said.
  init()
}

extension WireWord {
  /// Nil for the value that means nothing, and for one that this version does not know.
  var word: String? {
    guard self != Self(), Self.allCases.contains(self) else { return nil }
    return Self.snakeCase(String(describing: self))
  }

  static var words: [String] { allCases.compactMap(\.word) }

  init?(word: String) {
    guard let value = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = value
  }

  private static func snakeCase(_ name: String) -> String {
    var result = ""
    for character in name {
      result += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
    return result
  }
}
