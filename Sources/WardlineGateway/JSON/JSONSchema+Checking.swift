import ChatModel
import ProtobufC

extension JSONSchema {
  /// Says what is wrong with a value; nil for one that is right.
  func fault(in value: JSONValue) -> String? {
    switch self {
    case .text: Self.textFault(value)
    case .form(let form): Self.formFault(value, form)
    case .key: Self.keyFault(value)
    case .words(let words): Self.wordFault(value, words)
    case .time, .moment: Self.timeFault(value)
    case .integer(let range): Self.integerFault(value, range)
    case .isTrue: value.isTrue ? nil : "must be true"
    case .number: value.isNumber ? nil : "must be a number, not \(value.kind)"
    case .boolean: value.isBoolean ? nil : "must be true or false, not \(value.kind)"
    case .list(let elements): Self.listFault(value, elements)
    case .items(let elements, let count, let isDistinct):
      Self.listFault(value, elements) ?? Self.countFault(value, count, isDistinct)
    case .fileSize: Self.integerFault(value, 0...Int64.max)
    case .null: value.isNull ? nil : "must not be given"
    case .reference, .object: value.isObject ? nil : "must be an object, not \(value.kind)"
    case .nullable(let schema): value.isNull ? nil : schema.fault(in: value)
    case .either(let one, let other):
      one.fault(in: value) == nil ? nil : other.fault(in: value)
    }
  }

  private static func textFault(_ value: JSONValue) -> String? {
    guard case .string(let text) = value else { return "must be a string, not \(value.kind)" }
    return text.utf8.contains(0) ? "must not hold U+0000" : nil
  }

  private static func formFault(_ value: JSONValue, _ form: TextForm) -> String? {
    if let fault = textFault(value) { return fault }
    if case .string("") = value, !form.mayBeEmpty { return "must not be empty" }
    return nil
  }

  private static func keyFault(_ value: JSONValue) -> String? {
    if case .string(let key) = value, (1...128).contains(key.utf8.count),
      key.utf8.allSatisfy({ (UInt8(ascii: "!")...UInt8(ascii: "~")).contains($0) })
    {
      return nil
    }
    return "must be 1 to 128 visible ASCII characters"
  }

  private static func wordFault(_ value: JSONValue, _ words: [String]) -> String? {
    if case .string(let word) = value, words.contains(word) { return nil }
    return "must be one of \(words.joined(separator: ", "))"
  }

  private static func timeFault(_ value: JSONValue) -> String? {
    if case .string(let text) = value, Timestamp(iso8601: text) != nil { return nil }
    return "must be a time with its zone, such as 2026-11-22T09:30:00.125Z"
  }

  private static func integerFault(_ value: JSONValue, _ range: ClosedRange<Int64>) -> String? {
    if let number = value.wholeNumber, range.contains(number) { return nil }
    let end = range.upperBound == .max ? "" : " to \(range.upperBound)"
    return "must be a whole number from \(range.lowerBound)\(end)"
  }

  private static func countFault(
    _ list: JSONValue,
    _ count: ClosedRange<Int>,
    _ isDistinct: Bool
  ) -> String? {
    guard case .array(let values) = list else { return nil }
    if !count.contains(values.count) {
      return count.upperBound == .max
        ? "must hold at least \(count.lowerBound)"
        : "must hold \(count.lowerBound) to \(count.upperBound)"
    }
    if isDistinct, Set(values.map(\.text)).count < values.count { return "must hold each once" }
    return nil
  }

  private static func listFault(_ value: JSONValue, _ elements: JSONSchema) -> String? {
    guard case .array(let values) = value else { return "must be an array, not \(value.kind)" }
    for value in values {
      if let fault = elements.fault(in: value) { return "each element \(fault)" }
    }
    return nil
  }
}

extension JSONValue {
  var isNull: Bool { if case .null = self { true } else { false } }
  fileprivate var isTrue: Bool { if case .bool(true) = self { true } else { false } }
  fileprivate var isBoolean: Bool { if case .bool = self { true } else { false } }
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .unsigned, .real: true
    default: false
    }
  }

  /// A number without a fraction: never one in a string.
  var wholeNumber: Int64? { isNumber ? integer(as: Int64.self) : nil }
}
