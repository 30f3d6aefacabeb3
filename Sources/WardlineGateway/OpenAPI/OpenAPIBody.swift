import ProtobufC

/// The body of a request in the OpenAPI document: its fields, and how they go together.
struct OpenAPIBody {
  private let fields: [RequestField]
  private let forms: [[BodyForm]]

  init(_ fields: [RequestField], _ forms: [[BodyForm]]) {
    self.fields = fields
    self.forms = forms
  }

  func write(into text: inout JSONText) {
    text.open("{")
    text.member("type")
    text.string("object")
    // A field that need not be given may be null too.
    properties(
      fields.map { ($0.name, $0.isRequired ? $0.schema : $0.schema.orNull) },
      required: fields.filter(\.isRequired).map(\.name),
      &text
    )
    // Whatever is not named here is refused.
    text.member("additionalProperties")
    text.raw("false")
    writeForms(into: &text)
    text.close("}")
  }

  private func writeForms(into text: inout JSONText) {
    guard forms.count > 1 else {
      for group in forms { oneOf(group, &text) }
      return
    }
    text.member("allOf")
    text.open("[")
    for group in forms {
      text.element()
      text.open("{")
      oneOf(group, &text)
      text.close("}")
    }
    text.close("]")
  }

  private func oneOf(_ group: [BodyForm], _ text: inout JSONText) {
    text.member("oneOf")
    text.open("[")
    for form in group {
      text.element()
      text.open("{")
      properties(
        form.given.map { ($0.name, $0.schema) } + form.beside.map { ($0.name, $0.schema.orNull) },
        required: form.given.map(\.name),
        &text
      )
      text.close("}")
    }
    text.close("]")
  }

  private func properties(
    _ properties: [(name: String, schema: JSONSchema)],
    required: [String],
    _ text: inout JSONText
  ) {
    text.member("properties")
    text.open("{")
    for property in properties {
      text.member(property.name)
      property.schema.write(into: &text)
    }
    text.close("}")
    if required.isEmpty { return }
    text.member("required")
    text.open("[")
    for name in required {
      text.element()
      text.string(name)
    }
    text.close("]")
  }
}

extension JSONSchema {
  fileprivate var orNull: JSONSchema {
    switch self {
    case .null, .nullable: self
    default: .nullable(self)
    }
  }
}
