import ChatModel

/// Of which form a text must be: what the OpenAPI document says of it. It is checked by the call behind
/// the route, in words of its own; here only that something is there.
struct TextForm: Sendable {
  /// What the whole text matches, as ECMA-262 writes it.
  let pattern: String
  var mayBeEmpty = false

  init(_ pattern: String, mayBeEmpty: Bool = false) {
    self.pattern = pattern
    self.mayBeEmpty = mayBeEmpty
  }
}

// Names of things.
extension TextForm {
  static let userID = TextForm("^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")
  static let conversationID = TextForm("^\(thing)$")
  static let messageID = TextForm("^\(thing)\\.\(number)$")
  static let attachmentID = conversationID
  static let attachmentURL = TextForm("^/api/attachments/\(thing)$")

  /// 63 bits that are not all 0, in Crockford's base 32.
  private static let thing = "(?!0{13})[0-7][0-9a-hjkmnp-tv-z]{12}"
  private static let number = "[1-9][0-9]{0,17}"
}

// What pages and cursors are handed back as.
extension TextForm {
  static let messagePage = TextForm("^[0-9]{1,15}\\.\(thing)\\.\(number)$")
  static let conversationPage = TextForm("^[0-9]{1,15}\\.\(thing)$")
  static let rowCount = TextForm("^[1-9][0-9]{0,5}$")
  /// 13 bytes in base 64: the version, which is 1, the log, and a position that is not negative.
  static let cursor = TextForm(
    "^A[Q-Za-f][A-Za-z0-9_-]{4}[ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9_-]{10}[AQgw]$"
  )
}

// Texts that people write.
extension TextForm {
  /// Not blank.
  static let text = TextForm("^[^\\u0000]*\(seen)[^\\u0000]*$")
  /// A text, or nothing at all.
  static let optionalText = TextForm("^(?:[^\\u0000]*\(seen)[^\\u0000]*)?$", mayBeEmpty: true)
  /// A text, or nothing where what it belongs to goes without.
  static let newText = TextForm(text.pattern, mayBeEmpty: true)
  /// A text without control characters, which is not blank.
  static let line = TextForm("^\(plain)*\(seen)\(plain)*$")
  static let optionalLine = TextForm("^(?:\(plain)*\(seen)\(plain)*)?$", mayBeEmpty: true)
  /// The name of a file: a line without slashes, which is not only dots.
  static let fileName = TextForm("^\(named)*\(Self.none(of: blank + "/\\\\."))\(named)*$")

  /// No control character.
  private static let plain = none(of: "")
  private static let named = none(of: "/\\\\")
  /// Something that is seen.
  private static let seen = none(of: blank)
  private static func none(of more: String) -> String { "[^\\u0000-\\u001F\\u007F-\\u009F\(more)]" }

  /// White space, and what fonts leave out, beside the control characters.
  private static let blank =
    "\\u0020\\u00A0\\u00AD\\u034F\\u061C\\u115F\\u1160\\u1680\\u17B4\\u17B5\\u180B-\\u180F"
    + "\\u2000-\\u200F\\u2028-\\u202F\\u205F-\\u206F\\u3000\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0"
    + "\\uFFF0-\\uFFF8\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}"
}

// Words of other standards.
extension TextForm {
  /// One of those that are accepted by default: a server may be told of others.
  static let contentType: TextForm = {
    let types = AttachmentLimits().contentTypes.map { type in
      type.replacing(".", with: "\\.").replacing("+", with: "\\+")
        .replacing("*", with: "[A-Za-z0-9.+_-]{1,64}")
    }
    return TextForm("^(?:\(types.joined(separator: "|")))$")
  }()
  static let sha256 = TextForm("^[0-9A-Fa-f]{64}$")
  /// How a device calls itself.
  static let device = TextForm("^[!-~]{1,64}$")
}
