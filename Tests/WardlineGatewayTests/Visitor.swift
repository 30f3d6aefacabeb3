import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

/// Somebody who speaks HTTP with the server.
struct Visitor: Sendable {
  let port: Int
  var authorization: String?
  /// That of a browser's session.
  var cookie: String?
  let id: String

  func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Reply {
    try await send(.GET, path, headers)
  }

  /// Sends JSON, given as literals of Swift.
  func send(
    _ verb: HTTPMethod,
    _ path: String,
    _ headers: [String: String] = [:],
    json: [String: Any]
  ) async throws -> Reply {
    let body = try JSONSerialization.data(withJSONObject: json)
    var headers = headers
    headers["Content-Type"] = headers["Content-Type"] ?? "application/json"
    return try await send(verb, path, headers, body: ByteBuffer(data: body))
  }

  func post(_ path: String, _ json: [String: Any], key: String? = nil) async throws -> Reply {
    try await send(.POST, path, key.map { ["Idempotency-Key": $0] } ?? [:], json: json)
  }

  func put(_ path: String, _ json: [String: Any] = [:]) async throws -> Reply {
    try await send(.PUT, path, json: json)
  }

  func send(
    _ verb: HTTPMethod,
    _ path: String,
    _ headers: [String: String] = [:],
    body: ByteBuffer? = nil
  ) async throws -> Reply {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
    request.method = verb
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    if let cookie { request.headers.add(name: "Cookie", value: cookie) }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let bytes = try await response.body.collect(upTo: 64 << 20)
    return Reply(status: Int(response.status.code), headers: response.headers, bytes: bytes)
  }

  /// A conversation with somebody, begun by a message; its id.
  @discardableResult
  func write(_ content: String, to other: Visitor) async throws -> Reply {
    let reply = try await post("/messages", ["Recipient_id": other.id, "Content": content])
    #expect(reply.status == 201, "\(reply.text)")
    return reply
  }
}

/// What the server has answered.
struct Reply: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let bytes: ByteBuffer

  var text: String { String(buffer: bytes) }

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(buffer: bytes))) as? [String: Any] ?? [:]
  }

  func text(_ name: String) -> String { json[name] as? String ?? "" }
  func number(_ name: String) -> Int { json[name] as? Int ?? -1 }
  func isNull(_ name: String) -> Bool { json[name] is NSNull }
  func object(_ name: String) -> [String: Any] { json[name] as? [String: Any] ?? [:] }
  /// The things of a page.
  var data: [[String: Any]] { json["data"] as? [[String: Any]] ?? [] }
  func column(_ name: String) -> [String] { data.compactMap { $0[name] as? String } }
}
