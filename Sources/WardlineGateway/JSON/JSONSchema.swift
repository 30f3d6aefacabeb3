/// What a value of JSON must be: checked in requests, told in the OpenAPI document.
indirect enum JSONSchema: Sendable {
  case text
  case form(TextForm)
  /// 1 to 128 visible ASCII characters.
  case key
  /// One of some words.
  case words([String])
  /// ISO 8601 in UTC, as answers have it.
  case time
  /// A time of RFC 3339, in any zone.
  case moment
  case integer(ClosedRange<Int64>)
  case number
  case boolean
  /// `true`, which a client may say to be plain.
  case isTrue
  case list(JSONSchema)
  /// A list of so many, each once if that is said.
  case items(JSONSchema, ClosedRange<Int>, isDistinct: Bool)
  /// Bytes of a file: checked by the call, for what the most is can be set.
  case fileSize
  /// Nothing may be said.
  case null
  /// A thing that the document describes under this name.
  case reference(String)
  case object([Member])
  case nullable(JSONSchema)
  /// Either of two.
  case either(JSONSchema, JSONSchema)

  struct Member: Sendable {
    let name: String
    let schema: JSONSchema
    var isRequired = true
  }

  /// A number of messages, bytes or milliseconds.
  static let count = JSONSchema.integer(0...Int64.max)
  static let texts = JSONSchema.list(.text)
  static let userID = JSONSchema.form(.userID)
  static let conversationID = JSONSchema.form(.conversationID)
  static let messageID = JSONSchema.form(.messageID)
  static let attachmentID = JSONSchema.form(.attachmentID)
  /// The roles in which somebody cares for a patient.
  static let careRole = JSONSchema.words(["doctor", "dietitian", "pharmacist", "nurse"])
  static func distinct(_ elements: JSONSchema, atLeast least: Int = 0) -> JSONSchema {
    .items(elements, least...Int.max, isDistinct: true)
  }
  static func page(of items: JSONSchema) -> [Member] {
    [
      Member(name: "data", schema: .list(items)),
      Member(name: "has_more", schema: .boolean),
      Member(name: "before", schema: .nullable(.text)),
      Member(name: "after", schema: .nullable(.text)),
    ]
  }
}
