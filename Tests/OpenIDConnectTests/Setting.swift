import AsyncHTTPClient
import ChatModel
import FakeIssuer
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import OpenIDConnect

/// A fake issuer, a party that relies on it, and somebody with a browser.
struct Setting {
  let issuer: FakeIssuer
  let party: RelyingParty
  /// One that waits for nobody.
  let hastyParty: RelyingParty
  let clock: MovedClock

  static func run(
    key: IssuerKey = .newP256(),
    _ change: (inout OpenIDProvider) -> Void = { _ in },
    _ body: (Setting) async throws -> Void
  ) async throws {
    let clock = MovedClock()
    try await FakeIssuer.run(key: key, now: { clock.date }) { issuer in
      let url = try #require(IssuerURL(issuer.issuer))
      var provider = OpenIDProvider(issuer: url, clientID: FakeIssuer.clientID)
      change(&provider)
      try await body(
        Setting(
          issuer: issuer,
          party: RelyingParty(provider, patience: .seconds(60), now: { clock.now }),
          hastyParty: RelyingParty(provider, patience: .milliseconds(200), now: { clock.now }),
          clock: clock
        )
      )
    }
  }

  static let attempt = AuthorizationAttempt(
    state: "a-state",
    nonce: "a-nonce",
    codeVerifier: String(repeating: "v", count: 43),
    redirectURI: "http://127.0.0.1:1/web/oidc/clinic/callback"
  )

  /// Goes to the issuer and comes back with its answer.
  func visit(_ attempt: AuthorizationAttempt = attempt) async throws -> AuthorizationAnswer {
    let address = try await party.authorizationAddress(for: attempt)
    let client = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
    )
    let response = try await client.execute(HTTPClientRequest(url: address), timeout: .seconds(60))
    _ = try await response.body.collect(upTo: 1 << 20)
    try await client.shutdown()
    let location = try #require(response.headers.first(name: "location"))
    let items = URLComponents(string: location)?.queryItems ?? []
    let fields = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    #expect(fields["state"] == attempt.state)
    return AuthorizationAnswer(code: fields["code"] ?? "", issuer: fields["iss"])
  }

  /// The whole way: who it is, or why not.
  func signIn() async throws -> Result<OpenIDIdentity, OpenIDFailure> {
    let answer = try await visit()
    do {
      return .success(try await party.identity(by: answer, to: Self.attempt))
    } catch {
      return .failure(error)
    }
  }

  /// The reason of a refusal; nil when there is none.
  func refusal() async throws -> String? {
    guard case .failure(.refused(let reason)) = try await signIn() else { return nil }
    return reason
  }
}

/// Time that stands still until it is moved.
final class MovedClock: Sendable {
  private let milliseconds = Mutex(Int64(1_790_000_000_000))

  var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
  var date: Date { Date(timeIntervalSince1970: Double(now.milliseconds) / 1000) }
  func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1000 } }
}
