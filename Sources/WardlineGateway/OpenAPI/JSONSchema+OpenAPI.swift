import ChatModel
import ProtobufC

extension JSONSchema {
  /// Writes the schema as OpenAPI 3.1 has it, which is that of JSON Schema 2020-12.
  func write(into text: inout JSONText) {
    text.open("{")
    writeMembers(into: &text)
    text.close("}")
  }

  private func writeMembers(into text: inout JSONText) {
    switch self {
    case .text: Self.type("string", &text)
    case .form(let form): Self.pattern(form.pattern, &text)
    case .key: Self.pattern("^[!-~]{1,128}$", &text)
    case .words(let words):
      Self.type("string", &text)
      Self.list("enum", words, &text)
    case .time:
      Self.type("string", &text)
      text.member("format")
      text.string("date-time")
      text.member("pattern")
      text.string("Z$")
    case .moment:
      Self.type("string", &text)
      text.member("format")
      text.string("date-time")
    case .integer(let range):
      Self.type("integer", &text)
      text.member("minimum")
      text.raw(String(range.lowerBound))
      text.member("maximum")
      text.raw(String(range.upperBound))
    case .number: Self.type("number", &text)
    case .boolean: Self.type("boolean", &text)
    case .isTrue:
      text.member("const")
      text.boolean(true)
    case .list(let elements):
      Self.type("array", &text)
      text.member("items")
      elements.write(into: &text)
    case .items(let elements, let count, let isDistinct):
      Self.items(elements, count, isDistinct, &text)
    case .fileSize:
      JSONSchema.integer(0...AttachmentLimits().fileBytesMax).writeMembers(into: &text)
    case .null: Self.type("null", &text)
    case .reference(let name):
      text.member("$ref")
      text.string("#/components/schemas/\(name)")
    case .object(let members): Self.object(members, &text)
    case .nullable(let schema): Self.anyOf([schema], orNull: true, &text)
    case .either(let one, let other): Self.anyOf([one, other], orNull: false, &text)
    }
  }

  private static func type(_ name: String, _ text: inout JSONText) {
    text.member("type")
    text.string(name)
  }

  private static func items(
    _ elements: JSONSchema,
    _ count: ClosedRange<Int>,
    _ isDistinct: Bool,
    _ text: inout JSONText
  ) {
    JSONSchema.list(elements).writeMembers(into: &text)
    if count.lowerBound > 0 {
      text.member("minItems")
      text.raw(String(count.lowerBound))
    }
    if count.upperBound < .max {
      text.member("maxItems")
      text.raw(String(count.upperBound))
    }
    if isDistinct {
      text.member("uniqueItems")
      text.boolean(true)
    }
  }

  private static func pattern(_ pattern: String, _ text: inout JSONText) {
    type("string", &text)
    text.member("pattern")
    text.string(pattern)
  }

  private static func object(_ members: [Member], _ text: inout JSONText) {
    type("object", &text)
    text.member("properties")
    text.open("{")
    for member in members {
      text.member(member.name)
      member.schema.write(into: &text)
    }
    text.close("}")
    let required = members.filter(\.isRequired).map(\.name)
    if !required.isEmpty { list("required", required, &text) }
  }

  private static func anyOf(_ schemas: [JSONSchema], orNull: Bool, _ text: inout JSONText) {
    text.member("anyOf")
    text.open("[")
    for schema in schemas {
      text.element()
      schema.write(into: &text)
    }
    if orNull {
      text.element()
      text.raw(#"{"type":"null"}"#)
    }
    text.close("]")
  }

  private static func list(_ name: String, _ words: [String], _ text: inout JSONText) {
    text.member(name)
    text.open("[")
    for word in words {
      text.element()
      text.string(word)
    }
    text.close("]")
  }
}
