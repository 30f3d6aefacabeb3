/// One of the ways in which the fields of a body go together: told in the OpenAPI document. Whether a
/// body is of one is looked at where its fields are used.
struct BodyForm: Sendable {
  /// What must be given, and what it must be then.
  let given: [RequestField]
  /// What the others must be.
  let beside: [RequestField]

  init(_ given: RequestField..., beside: [RequestField] = []) {
    self.given = given
    self.beside = beside
  }

  /// A form for each of some fields: one must be given, and only one.
  static func one(of fields: [RequestField]) -> [BodyForm] {
    fields.map { field in
      BodyForm(field, beside: fields.filter { $0.name != field.name }.map { .absent($0.name) })
    }
  }
}

extension RequestField {
  static func absent(_ name: String) -> Self { RequestField(name, .null) }
}
