/// What a request may say in its body or its query: the name and what the value must be.
struct RequestField: Sendable {
  let name: String
  let schema: JSONSchema
  var isRequired = false
  /// What the calls behind the route call it in their errors.
  var callNames: [String]

  /// - Parameter callNames: by default the name in small letters.
  init(
    _ name: String,
    _ schema: JSONSchema,
    isRequired: Bool = false,
    as callNames: String...
  ) {
    self.name = name
    self.schema = schema
    self.isRequired = isRequired
    self.callNames = callNames.isEmpty ? [name.lowercased()] : callNames
  }
}

extension RequestField {
  static func required(_ name: String, _ schema: JSONSchema, as callName: String? = nil) -> Self {
    var field = RequestField(name, schema, isRequired: true)
    if let callName { field.callNames = [callName] }
    return field
  }

  // Headers.
  static let ifMatch = RequestField("If-Match", .text)
  static let range = RequestField("Range", .text)
  static let uploadOffset = RequestField("Upload-Offset", .count)
  static let uploadComplete = RequestField("Upload-Complete", .words(["?0", "?1"]))
  static let uploadSha256 = RequestField("Upload-Sha256", .form(.sha256), as: "sha256")

  static func limit(_ most: Int64 = 200) -> Self { RequestField("limit", .integer(1...most)) }
  /// Where a list goes on that is read in one direction.
  static func next(_ form: TextForm) -> Self {
    RequestField("after", .form(form), as: "page", "cursor")
  }
}
