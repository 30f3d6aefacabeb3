/// Unicode's control characters: U+0000...U+001F and U+007F...U+009F.
enum ControlCharacters {
  static func occur(in text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
