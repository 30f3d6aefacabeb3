import ChatModel
import Hummingbird

/// A row of the table of routes: how a request is recognised, what it may hold, what it is answered,
/// and who answers it. The OpenAPI document is made of the same rows.
struct Route: Sendable {
  typealias Handler = @Sendable (RouteCall) async throws -> Answer

  enum Access: Sendable {
    /// Without a token too.
    case anybody
    case caller
  }

  /// What may be in the body of a request.
  enum Body: Sendable {
    case nothing
    case fields([RequestField])
    /// An object, or no body at all.
    case optionalFields([RequestField])
    /// A file, or a part of one.
    case bytes
    /// Nobody reads it.
    case unread
  }

  struct Success: Sendable {
    let status: HTTPResponse.Status
    /// Nil where nothing follows the header.
    let type: String?
    /// What the document calls what follows, and what that is.
    var schema: (name: String, JSONSchema)?
  }

  let verb: HTTPRequest.Method
  let path: RoutePath
  let summary: String
  var access = Access.caller
  var query: [RequestField] = []
  /// What the header may say of it, beside what every request may.
  var headers: [RequestField] = []
  var body = Body.nothing
  /// How the fields of the body go together: one form of each group.
  var bodyForms: [[BodyForm]] = []
  var successes: [Success]
  /// Whom the caller must be: the user of this part of the path.
  var callerParameter: String?
  var isForStaff = false
  /// Whether the OpenAPI document has it, which knows only of requests that are answered once, at once.
  var isDescribed = true
  /// Whether what is not there is answered as what is forbidden, as the documents want it.
  var forbidsUnknown = false
  let handler: Handler

  var fieldNames: FieldNames {
    var names = FieldNames()
    names.add(RequestField("Idempotency-Key", .text, as: "idempotency_key"))
    for (_, name) in path.parameterNames {
      names.add(RequestField(name, .text, as: callName(of: name)))
    }
    for field in query + headers { names.add(field) }
    switch body {
    case .nothing, .unread: break
    case .bytes:
      // What was announced, and what has come.
      names.add(RequestField("Content_type", .text))
      names.add(RequestField("body", .text, as: "data"))
    case .fields(let fields), .optionalFields(let fields):
      for field in fields { names.add(field) }
    }
    return names
  }
}

// The parts of paths that name things.
extension Route {
  /// What the calls behind the route call a part of its path: `conversationId` is
  /// `conversation_id`, and an `id` is that of what stands before it.
  func callName(of parameter: String) -> String {
    guard parameter == "id" else { return parameter.callName }
    if path.text.hasPrefix("/messages/conversation/") { return "conversation_id" }
    if path.text.hasPrefix("/messages/") { return "message_id" }
    return path.text.hasPrefix("/api/attachments/") ? "attachment_id" : "conversation_id"
  }

  /// What does not exist when a part of the path cannot be a name of one; nil for an error that
  /// speaks of something else.
  func subject(ofInvalid message: String) -> ChatError.Subject? {
    let subjects: [String: ChatError.Subject] = [
      "conversation_id": .conversation, "message_id": .message, "attachment_id": .attachment,
      "user_id": .user,
    ]
    for (_, name) in path.parameterNames {
      let callName = callName(of: name)
      if message.hasPrefix("\(callName): ") { return subjects[callName] }
    }
    return nil
  }
}

extension String {
  /// `conversationId` → `conversation_id`.
  fileprivate var callName: String {
    reduce(into: "") { name, character in
      name += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
  }
}
