import ProtobufC

extension JSONValue {
  /// The value as JSON, the members of objects by their names.
  var text: String {
    var text = JSONText(isPretty: false)
    write(into: &text)
    return text.text
  }

  private func write(into text: inout JSONText) {
    switch self {
    case .null: text.null()
    case .bool(let value): text.boolean(value)
    case .integer(let value): text.raw(String(value))
    case .unsigned(let value): text.raw(String(value))
    case .real(let value): text.raw(String(value))
    case .string(let value): text.string(value)
    case .array(let values):
      text.open("[")
      for value in values {
        text.element()
        value.write(into: &text)
      }
      text.close("]")
    case .object(let members):
      text.open("{")
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        text.member(name)
        value.write(into: &text)
      }
      text.close("}")
    }
  }
}
