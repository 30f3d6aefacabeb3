import Hummingbird
import NIOCore
import ProtobufC
import RPC

/// Turns requests into calls of routes: who sends them, and what is in them.
struct RequestReader: Sendable {
  let calls: InProcessCalls
  let credentials: [any CredentialSource]
  let settings: GatewaySettings
  let streams: EventStreams

  /// Reads a request of a route.
  ///
  /// - Throws: `Problem`.
  func call(_ route: Route, _ request: Request, _ context: GatewayContext) async throws -> RouteCall
  {
    let (metadata, counts) = try metadata(of: request, for: route)
    let parameters = try Self.parameters(of: request, for: route)
    var options = CallOptions(timeout: try Self.timeout(request))
    if let name = route.callerParameter {
      options.metadata.append("expected-user", parameters[name] ?? "")
    }
    if route.isForStaff { options.metadata.append("expected-role", "staff") }
    return RouteCall(
      request: request,
      parameters: parameters,
      query: try Self.query(of: request, for: route),
      body: try await body(of: request, for: route),
      caller: RouteCaller(
        calls: calls,
        connection: context.connection,
        metadata: metadata,
        counts: counts
      ),
      streams: streams,
      options: options,
      idempotencyKey: try Self.idempotencyKey(request),
      heartbeatMs: Int32(clamping: settings.heartbeatInterval.nanoseconds / 1_000_000)
    )
  }

  private func metadata(
    of request: Request,
    for route: Route
  ) throws(Problem) -> (Metadata, counts: (@Sendable () -> Bool)?) {
    var metadata = Metadata()
    var counts: (@Sendable () -> Bool)?
    if route.access == .anybody { return (metadata, nil) }
    for source in credentials {
      do throws(CredentialRefusal) {
        guard let proof = try source.proof(in: request.head) else { continue }
        metadata.append("authorization", proof.authorization)
        counts = proof.counts
        break
      } catch {
        if error.isOfOtherUser { throw .otherUser }
        throw Problem(.forbidden, "PERMISSION_DENIED", error.reason)
      }
    }
    guard !metadata.isEmpty else { throw .notSignedIn }
    if let user = request.headers[.onBehalfOf] { metadata.append("on-behalf-of", user) }
    return (metadata, counts)
  }

  private static func parameters(
    of request: Request,
    for route: Route
  ) throws(Problem) -> [String: String] {
    if route.path.parameterNames.isEmpty { return [:] }
    // By bytes: a slash is one whatever stands after it.
    let path = request.uri.path
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map {
      path[$0.startIndex..<$0.endIndex]
    }
    var parameters: [String: String] = [:]
    for (place, name) in route.path.parameterNames where place < parts.count {
      guard let value = PercentCoding.decode(parts[place]) else {
        throw .invalid(name, "must be UTF-8 in percent-encoding, without U+0000")
      }
      parameters[name] = value
    }
    return parameters
  }

  private static func query(of request: Request, for route: Route) throws(Problem) -> Fields {
    var values: [String: JSONValue] = [:]
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decode(halves[0], plusIsSpace: true),
        let text = PercentCoding.decode(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
      else { throw .invalid("query", "must be UTF-8 in percent-encoding, without U+0000") }
      guard values[name] == nil else { throw .invalid(FieldName.shown(name), "is given twice") }
      let schema = route.query.first { $0.name == name }?.schema
      values[name] = schema.map { $0.value(ofQuery: text) } ?? .string(text)
    }
    return try Fields(checking: values, against: route.query)
  }

  private func body(of request: Request, for route: Route) async throws -> Fields {
    switch route.body {
    case .bytes, .unread: return Fields()
    case .nothing: return try await fields(request, [], mayBeEmpty: true)
    case .optionalFields(let fields):
      return try await self.fields(request, fields, mayBeEmpty: true)
    case .fields(let fields): return try await self.fields(request, fields, mayBeEmpty: false)
    }
  }

  private func fields(
    _ request: Request,
    _ fields: [RequestField],
    mayBeEmpty: Bool
  ) async throws -> Fields {
    // One that says how long it is need not be read to know that it is too long.
    if let length = request.headers[.contentLength].flatMap({ Int($0) }),
      length > settings.bodyBytesMax
    {
      throw Problem.tooLarge(settings.bodyBytesMax)
    }
    let bytes = Self.hasBody(request) ? try await bytes(of: request) : ByteBuffer()
    if bytes.readableBytes == 0, mayBeEmpty { return Fields() }
    guard Self.isJSON(request.headers[.contentType]) else {
      throw Problem.wrongType("application/json")
    }
    return try Fields(checking: try Self.members(of: bytes), against: fields)
  }

  /// Whether anything comes behind the headers (RFC 9112, section 6.3). Most requests end with them.
  private static func hasBody(_ request: Request) -> Bool {
    let headers = request.headers
    return headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0"
  }

  private func bytes(of request: Request) async throws -> ByteBuffer {
    var bytes = ByteBuffer()
    for try await part in request.body {
      guard bytes.readableBytes + part.readableBytes <= settings.bodyBytesMax else {
        throw Problem.tooLarge(settings.bodyBytesMax)
      }
      bytes.writeImmutableBuffer(part)
    }
    return bytes
  }

  private static func isJSON(_ contentType: String?) -> Bool {
    let parts = (contentType ?? "").lowercased().split(separator: ";")
      .map { $0.trimmingPrefix { $0 == " " } }
    guard let type = parts.first, type.filter({ $0 != " " }) == "application/json" else {
      return false
    }
    return parts.dropFirst().allSatisfy { !$0.hasPrefix("charset=") || $0.contains("utf-8") }
  }

  private static func members(of bytes: ByteBuffer) throws(Problem) -> [String: JSONValue] {
    guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
      throw Problem(.badRequest, "INVALID_ARGUMENT", "the body is not UTF-8")
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text)
    } catch {
      throw Problem(.badRequest, "INVALID_ARGUMENT", "the body: \(error)")
    }
    guard case .object(let members) = value else {
      throw Problem(
        .badRequest,
        "INVALID_ARGUMENT",
        "the body must be an object, not \(value.kind)"
      )
    }
    return members
  }

  private static func idempotencyKey(_ request: Request) throws(Problem) -> String {
    guard let key = request.headers[.idempotencyKey] else { return "" }
    guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw .invalid("Idempotency-Key", "must be 1 to 128 visible ASCII characters") }
    return key
  }

  private static func timeout(_ request: Request) throws(Problem) -> Duration? {
    guard let text = request.headers[.timeoutMs] else { return nil }
    guard let milliseconds = Int64(text), (1...600_000).contains(milliseconds) else {
      throw .invalid("Timeout-Ms", "must be a whole number from 1 to 600000")
    }
    return .milliseconds(milliseconds)
  }
}

extension JSONSchema {
  /// The value of a query parameter, which comes as text; a text where it is not what it should be.
  fileprivate func value(ofQuery text: String) -> JSONValue {
    switch self {
    case .integer: Int64(text).map { .integer($0) } ?? .string(text)
    case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
    case .list, .items: .array(text.split(separator: ",").map { .string(String($0)) })
    default: .string(text)
    }
  }
}

extension Problem {
  fileprivate static let notSignedIn = Problem(
    .unauthorized,
    "UNAUTHENTICATED",
    "nobody is signed in; send Authorization: Bearer TOKEN",
    headers: [.wwwAuthenticate: "Bearer"]
  )
}
