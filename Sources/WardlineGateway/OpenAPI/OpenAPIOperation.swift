import Hummingbird
import ProtobufC

/// One route in the OpenAPI document.
struct OpenAPIOperation {
  private let route: Route

  init(_ route: Route) {
    self.route = route
  }

  func write(into text: inout JSONText) {
    text.open("{")
    text.member("operationId")
    text.string(operationID)
    text.member("summary")
    text.string(route.summary)
    writeHeaders(into: &text)
    if route.access == .caller {
      text.member("security")
      text.raw(#"[{"token":[]}]"#)
    }
    writeParameters(into: &text)
    writeBody(into: &text)
    writeAnswers(into: &text)
    text.close("}")
  }

  /// In words: what is right of them depends on the state of the thing, not on their form.
  private func writeHeaders(into text: inout JSONText) {
    if route.headers.isEmpty { return }
    text.member("description")
    text.string("Takes the headers \(route.headers.map(\.name).joined(separator: ", ")).")
  }

  /// The verb and the path in one word.
  private var operationID: String {
    let parts = route.path.text.split { !$0.isLetter && !$0.isNumber }
    return parts.reduce(route.verb.rawValue.lowercased()) { name, part in
      name + part.prefix(1).uppercased() + part.dropFirst()
    }
  }

  private func writeParameters(into text: inout JSONText) {
    text.member("parameters")
    text.open("[")
    for (_, name) in route.path.parameterNames {
      parameter(name, "path", pathSchema(of: name), true, &text)
    }
    for field in route.query {
      parameter(field.name, "query", field.schema, field.isRequired, &text)
    }
    if takesKey { parameter("Idempotency-Key", "header", .key, false, &text) }
    text.close("]")
  }

  private func pathSchema(of parameter: String) -> JSONSchema {
    switch route.callName(of: parameter) {
    case "user_id", "member_id": .userID
    case "conversation_id": .conversationID
    case "message_id": .messageID
    case "attachment_id": .attachmentID
    case "emoji": .form(.emoji)
    default: .text
    }
  }

  /// Parts of files are repeated by their places.
  private var takesKey: Bool {
    if case .bytes = route.body { false } else { changesSomething }
  }

  private var changesSomething: Bool { route.verb != .get }

  private func parameter(
    _ name: String,
    _ place: String,
    _ schema: JSONSchema,
    _ isRequired: Bool,
    _ text: inout JSONText
  ) {
    text.element()
    text.open("{")
    text.member("name")
    text.string(name)
    text.member("in")
    text.string(place)
    text.member("required")
    text.boolean(isRequired)
    if case .items = schema, place == "query" {
      text.member("explode")
      text.raw("false")
    }
    text.member("schema")
    schema.write(into: &text)
    text.close("}")
  }

  private func writeBody(into text: inout JSONText) {
    switch route.body {
    case .nothing, .unread: return
    case .bytes: content("application/octet-stream", nil, isRequired: true, &text)
    case .fields(let fields): content("application/json", fields, isRequired: true, &text)
    case .optionalFields(let fields):
      content("application/json", fields, isRequired: false, &text)
    }
  }

  private func content(
    _ type: String,
    _ fields: [RequestField]?,
    isRequired: Bool,
    _ text: inout JSONText
  ) {
    text.member("requestBody")
    text.open("{")
    text.member("required")
    text.boolean(isRequired)
    text.member("content")
    text.open("{")
    text.member(type)
    text.open("{")
    if let fields {
      text.member("schema")
      OpenAPIBody(fields, route.bodyForms).write(into: &text)
    }
    text.close("}")
    text.close("}")
    text.close("}")
  }

  private func writeAnswers(into text: inout JSONText) {
    text.member("responses")
    text.open("{")
    for success in route.successes {
      text.member(String(success.status.code))
      text.open("{")
      text.member("description")
      text.string(success.status.reasonPhrase)
      if let type = success.type { answer(type, success.schema?.name, &text) }
      text.close("}")
    }
    for (code, reason) in refusals {
      text.member(String(code))
      text.open("{")
      text.member("description")
      text.string(reason)
      answer("application/problem+json", "Problem", &text)
      text.close("}")
    }
    text.close("}")
  }

  private func answer(_ type: String, _ schema: String?, _ text: inout JSONText) {
    text.member("content")
    text.open("{")
    text.member(type)
    text.open("{")
    if let schema {
      text.member("schema")
      JSONSchema.reference(schema).write(into: &text)
    }
    text.close("}")
    text.close("}")
  }

  /// What may stand in the way of this route.
  private var refusals: [(code: Int, reason: String)] {
    var refusals = [(400, "The request is wrong")]
    if route.access == .anybody { return refusals + [(503, "Not now")] }
    refusals += [
      (401, "Nobody is signed in"), (403, "The caller may not"), (404, "There is no such thing"),
    ]
    if route.path.text.hasPrefix("/api/attachments/") { refusals.append((416, "Behind the end")) }
    if route.verb == .patch { refusals.append((412, "It has another version")) }
    if changesSomething || route.path.text.hasPrefix("/api/attachments/") {
      refusals.append((409, "The state forbids it"))
    }
    if changesSomething {
      refusals += [(413, "The body is too long"), (415, "The body is of another type")]
    }
    return refusals + [
      (429, "Too fast, or more than there may be"), (503, "Not now"), (504, "It took too long"),
    ]
  }
}
