import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ProtobufC

/// Requests that come as texts over a WebSocket: those of the table of routes, with the credentials of
/// the request that opened the socket.
struct SocketRequests: Sendable {
  private let responder: RouteResponder
  private let upgrade: Request
  private let channel: any Channel
  private let logger: Logger

  init(
    responder: RouteResponder,
    upgrade: Request,
    _ channel: any Channel,
    _ logger: Logger
  ) {
    self.responder = responder
    self.upgrade = upgrade
    self.channel = channel
    self.logger = logger
  }

  /// The answer to a text.
  func answer(_ text: String) async -> String {
    let members = Self.members(of: text)
    let id = Fields(members ?? [:]).text("id")
    do throws(Problem) {
      let fields = try Self.fields(members)
      let request = try request(fields)
      guard let route = responder.table.find(request.method, request.uri.path) else {
        let verbs = responder.table.verbs(of: request.uri.path)
        throw verbs.isEmpty ? .noSuchPath : .wrongVerb(verbs)
      }
      guard route.answersInJSON else {
        throw .invalid("path", "is not spoken over a WebSocket; use HTTP")
      }
      let context = GatewayContext(
        source: ApplicationRequestContextSource(channel: channel, logger: logger)
      )
      let answer = try await responder.answer(route, request, context)
      return Self.text(id, answer.status, answer.headers, answer.json)
    } catch {
      return Self.text(id, error.status, error.headers, error.json)
    }
  }

  /// Nil for what is no object.
  private static func members(of text: String) -> [String: JSONValue]? {
    guard case .object(let members) = try? JSONValue(parsing: text) else { return nil }
    return members
  }

  private static func fields(_ members: [String: JSONValue]?) throws(Problem) -> Fields {
    guard let members else {
      throw Problem(.badRequest, "INVALID_ARGUMENT", "a request is an object of JSON")
    }
    return try Fields(
      checking: members,
      against: [
        .required("id", .text), .required("verb", .words(verbs)), .required("path", .text),
        RequestField("headers", .object([])), RequestField("body", .object([])),
      ]
    )
  }

  private func request(_ fields: Fields) throws(Problem) -> Request {
    guard let verb = HTTPRequest.Method(fields.text("verb")), fields.text("path").hasPrefix("/"),
      fields.text("path").utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else { throw .invalid("path", "must begin with a slash and be percent-encoded") }
    var headers = HTTPFields()
    // Who opened the socket.
    for name in [HTTPField.Name.authorization, .cookie, .origin, .onBehalfOf, .secFetchSite] {
      if let value = upgrade.headers[name] { headers[name] = value }
    }
    for (name, value) in fields.members("headers") {
      guard case .string(let text) = value, let known = Self.headers[name.lowercased()],
        HTTPField.isValidValue(text)
      else { throw .invalid("headers", "may hold Idempotency-Key, If-Match and Timeout-Ms") }
      headers[known] = text
    }
    var body = ByteBuffer()
    if fields.has("body") {
      headers[.contentType] = "application/json"
      body.writeString(JSONValue.object(fields.members("body")).text)
      headers[.contentLength] = String(body.readableBytes)
    }
    return Request(
      head: HTTPRequest(
        method: verb,
        scheme: nil,
        authority: nil,
        path: fields.text("path"),
        headerFields: headers
      ),
      body: RequestBody(buffer: body)
    )
  }

  private static func text(
    _ id: String,
    _ status: HTTPResponse.Status,
    _ headers: HTTPFields,
    _ body: String?
  ) -> String {
    var text = JSONText(isPretty: false)
    text.open("{")
    text.member("id")
    text.string(id)
    text.member("status")
    text.raw(String(status.code))
    text.member("headers")
    text.open("{")
    for header in headers {
      text.member(header.name.inWords)
      text.string(header.value)
    }
    text.close("}")
    text.member("body")
    text.raw(body ?? "null")
    text.close("}")
    return text.text
  }

  private static let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]
  private static let headers: [String: HTTPField.Name] = [
    "idempotency-key": .idempotencyKey, "if-match": .ifMatch, "timeout-ms": .timeoutMs,
  ]
}

extension Route {
  /// Whether the answer is an object, or nothing.
  fileprivate var answersInJSON: Bool {
    if case .bytes = body { return false }
    return !path.text.hasPrefix("/api/events")
      && successes.allSatisfy { $0.type == nil || $0.type == "application/json" }
      && successes.first?.type != nil || successes.first?.status == .noContent
  }
}

extension HTTPField.Name {
  /// As people write it: names of JSON are told apart by their letters' size.
  fileprivate var inWords: String {
    if self == .eTag { return "ETag" }
    return canonicalName.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined(separator: "-")
  }
}

extension Answer {
  fileprivate var json: String? {
    if case .json(let text) = body { text } else { nil }
  }
}
