/// What a value of JSON must be: checked in requests, told in the OpenAPI document.
indirect enum JSONSchema: Sendable {
  case text
  /// 1 to 128 visible ASCII characters.
  case key
  /// One of some words.
  case words([String])
  /// ISO 8601 in UTC.
  case time
  case integer(ClosedRange<Int64>)
  case number
  case boolean
  case list(JSONSchema)
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
  static func page(of items: JSONSchema) -> [Member] {
    [
      Member(name: "data", schema: .list(items)),
      Member(name: "has_more", schema: .boolean),
      Member(name: "before", schema: .nullable(.text)),
      Member(name: "after", schema: .nullable(.text)),
    ]
  }
}
