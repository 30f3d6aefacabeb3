import ChatModel
import ProtobufC

/// The values of a request's body or query, which have been checked against what the route takes.
struct Fields: Sendable {
  private let values: [String: JSONValue]

  init(_ values: [String: JSONValue] = [:]) {
    self.values = values
  }

  /// Checks values against what is taken.
  ///
  /// - Throws: a problem that names the field.
  init(checking values: [String: JSONValue], against fields: [RequestField]) throws(Problem) {
    for name in values.keys.sorted() where !fields.contains(where: { $0.name == name }) {
      let known = fields.map(\.name).joined(separator: ", ")
      throw .invalid(
        FieldName.shown(name),
        known.isEmpty ? "there are no fields here" : "is not one of \(known)"
      )
    }
    for field in fields {
      guard let value = values[field.name] else {
        if field.isRequired { throw .invalid(field.name, "must be given") }
        continue
      }
      if value.isNull, !field.isRequired { continue }
      if let fault = field.schema.fault(in: value) { throw .invalid(field.name, fault) }
    }
    self.values = values
  }

  /// Whether there is a value that is not null.
  func has(_ name: String) -> Bool { values[name].map { !$0.isNull } ?? false }
  /// Whether somebody has said null.
  func isNull(_ name: String) -> Bool { values[name]?.isNull ?? false }

  /// Empty if there is none.
  func text(_ name: String) -> String {
    if case .string(let text) = values[name] { text } else { "" }
  }

  func integer(_ name: String) -> Int64? { values[name]?.wholeNumber }
  /// 0 if there is none. What does not fit has been refused.
  func small(_ name: String) -> Int32 { Int32(clamping: integer(name) ?? 0) }

  func flag(_ name: String) -> Bool {
    if case .bool(let flag) = values[name] { flag } else { false }
  }

  func texts(_ name: String) -> [String] {
    guard case .array(let elements) = values[name] else { return [] }
    return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The members of an object; none if there is none.
  func members(_ name: String) -> [String: JSONValue] {
    if case .object(let members) = values[name] { members } else { [:] }
  }

  /// In milliseconds; 0 if there is none.
  func time(_ name: String) -> Int64 {
    Timestamp(iso8601: text(name))?.milliseconds ?? 0
  }

  /// The value that means nothing if there is none.
  func word<Word: WireWord>(_ name: String) -> Word { Word(word: text(name)) ?? Word() }
}

/// Names that came from outside, for error messages: no longer than what helps.
enum FieldName {
  static func shown(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.prefix(64).filter { $0.value >= 32 }))
  }
}
