import Hummingbird
import ProtobufC

/// Why a request is not answered as it wishes, as RFC 9457 writes it.
///
/// It is sent as it stands: nothing of messages, tokens or other users' names belongs in it.
struct Problem: Error, Sendable {
  let status: HTTPResponse.Status
  /// Never changes its meaning.
  let code: String
  /// A sentence for people.
  let detail: String
  /// The field, query parameter or header that is at fault.
  var field: String?
  var headers = HTTPFields()

  init(
    _ status: HTTPResponse.Status,
    _ code: String,
    _ detail: String,
    field: String? = nil,
    headers: HTTPFields = HTTPFields()
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.field = field
    self.headers = headers
  }

  /// A field that is not what it should be.
  static func invalid(_ field: String, _ why: String) -> Problem {
    Problem(.badRequest, "INVALID_ARGUMENT", "\(field): \(why)", field: field)
  }

  static let noSuchPath = Problem(.notFound, "NOT_FOUND", "there is no such path")

  static func wrongVerb(_ allowed: [HTTPRequest.Method]) -> Problem {
    let list = allowed.map(\.rawValue).joined(separator: ", ")
    return Problem(
      .methodNotAllowed,
      "METHOD_NOT_ALLOWED",
      "this path has \(list)",
      headers: [.allow: list]
    )
  }

  static func tooLarge(_ bytesMax: Int) -> Problem {
    Problem(
      .contentTooLarge,
      "PAYLOAD_TOO_LARGE",
      "the body may have \(bytesMax) bytes"
    )
  }

  static func wrongType(_ accepted: String) -> Problem {
    Problem(
      .unsupportedMediaType,
      "UNSUPPORTED_MEDIA_TYPE",
      "the body must be \(accepted)",
      field: "Content-Type",
      headers: [.accept: accepted]
    )
  }

  /// The page that sends the request shows somebody else than is signed in now.
  static let otherUser = Problem(
    .conflict,
    "OTHER_USER",
    "somebody else is signed in now; load the page anew",
    field: "Expected-User"
  )

  /// Its connection ends with the answer.
  static let brokenBody = Problem(
    .badRequest,
    "INVALID_ARGUMENT",
    "the body ends before it is whole, or is not framed as HTTP has it"
  )

  /// What no caller can mend.
  static let internalError = Problem(.internalServerError, "INTERNAL", "the server failed")

  var json: String {
    var text = JSONText(isPretty: false)
    text.open("{")
    text.member("type")
    text.string("about:blank")
    text.member("title")
    text.string(status.reasonPhrase)
    text.member("status")
    text.raw(String(status.code))
    text.member("code")
    text.string(code)
    text.member("detail")
    text.string(detail)
    if let field {
      text.member("field")
      text.string(field)
    }
    text.close("}")
    return text.text
  }

  var response: Response {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: status,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: json))
    )
  }
}
