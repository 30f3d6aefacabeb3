import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Somebody with a browser: cookies are kept and sent back to where they came from, and redirections
/// are followed by hand.
final class Browser: Sendable {
  let port: Int
  private let cookies = Mutex<[String: String]>([:])

  /// - Parameter port: of the server whose cookies are kept.
  init(port: Int) {
    self.port = port
  }

  /// As `Cookie` has it.
  var cookie: String {
    cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }
  }

  func forgetCookies() { cookies.withLock { $0 = [:] } }

  func get(_ path: String) async throws -> Reply {
    try await open("http://127.0.0.1:\(port)\(path)")
  }

  func open(_ address: String) async throws -> Reply {
    try await send(HTTPClientRequest(url: address))
  }

  /// What a page of the app sends.
  ///
  /// - Parameter shown: the user whom the page says that it shows.
  func change(
    _ verb: HTTPMethod,
    _ path: String,
    json: [String: Any]? = nil,
    shown: String? = nil
  ) async throws -> Reply {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
    request.method = verb
    request.headers.add(name: "X-Wardline", value: "1")
    if let shown { request.headers.add(name: "Expected-User", value: shown) }
    if let json {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(try JSONSerialization.data(withJSONObject: json))
    }
    return try await send(request)
  }

  /// Signs in with a token of the hand-over.
  func signIn(_ token: String) async throws -> Reply {
    try await change(.POST, "/web/session", json: ["Token": token])
  }

  private func send(_ request: HTTPClientRequest) async throws -> Reply {
    var request = request
    let isOwn = request.url.hasPrefix("http://127.0.0.1:\(port)/")
    if isOwn, !cookie.isEmpty { request.headers.add(name: "Cookie", value: cookie) }
    let response = try await Self.client.execute(request, timeout: .seconds(60))
    let bytes = try await response.body.collect(upTo: 1 << 20)
    if isOwn { keep(response.headers["Set-Cookie"]) }
    return Reply(status: Int(response.status.code), headers: response.headers, bytes: bytes)
  }

  private func keep(_ settings: [String]) {
    cookies.withLock { cookies in
      for setting in settings {
        let pair = setting.prefix { $0 != ";" }.split(
          separator: "=",
          maxSplits: 1,
          omittingEmptySubsequences: false
        )
        guard pair.count == 2 else { continue }
        cookies[String(pair[0])] = setting.contains("Max-Age=0") ? nil : String(pair[1])
      }
    }
  }

  /// One for all tests; it lives as long as they do.
  private static let client = HTTPClient(
    eventLoopGroup: HTTPClient.defaultEventLoopGroup,
    configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
  )
}
