import FakeIssuer
import Testing

@testable import OpenIDConnect

@Suite("Issuers that change, fail and lie")
struct IssuerTests {
  private static let configuration = "/.well-known/openid-configuration"

  @Test("what an issuer says is asked for once, and again after an hour")
  func kept() async throws {
    try await Setting.run { setting in
      for _ in 0..<3 { _ = try await setting.signIn().get() }
      #expect(setting.issuer.count(of: Self.configuration) == 1)
      #expect(setting.issuer.count(of: "/jwks") == 1)
      setting.clock.advance(seconds: 3601)
      _ = try await setting.signIn().get()
      #expect(setting.issuer.count(of: Self.configuration) == 2)
      #expect(setting.issuer.count(of: "/jwks") == 2)
    }
  }

  @Test("a new key is found when a token names it, and unknown ones are asked for once a minute")
  func rotation() async throws {
    try await Setting.run { setting in
      _ = try await setting.signIn().get()
      setting.issuer.rotate(to: .newP256(), named: "second")
      #expect(try await setting.refusal() != nil)
      setting.clock.advance(seconds: 61)
      _ = try await setting.signIn().get()
      #expect(setting.issuer.count(of: "/jwks") == 2)
      setting.issuer.behave {
        $0.forge = { try $0.token($1, header: #"{"alg":"ES256","kid":"x"}"#) }
      }
      for _ in 0..<5 { #expect(try await setting.refusal() != nil) }
      #expect(setting.issuer.count(of: "/jwks") == 2)
    }
  }

  static let failures: [FakeIssuer.Document] = [
    .status(500), .status(404), .text("{}"), .text("no JSON"), .bytes(300_000),
    .redirect(to: "/elsewhere"),
  ]

  @Test("an issuer that is of no use is not available", arguments: failures)
  func failing(_ document: FakeIssuer.Document) async throws {
    try await Setting.run { setting in
      setting.issuer.behave { $0.documents = [Self.configuration: document] }
      await Self.isUnavailable(setting.party)
      // It is left alone for a moment, and then asked again.
      setting.issuer.behave { $0.documents = [:] }
      await Self.isUnavailable(setting.party)
      #expect(setting.issuer.count(of: Self.configuration) == 1)
      #expect(setting.issuer.count(of: "/elsewhere") == 0)
      setting.clock.advance(seconds: 3)
      _ = try await setting.signIn().get()
    }
  }

  @Test("so is one whose keys or tokens do not come", arguments: ["/jwks", "/token"])
  func failingLater(_ path: String) async throws {
    for document in [FakeIssuer.Document.status(503), .bytes(300_000)] {
      try await Setting.run { setting in
        setting.issuer.behave { $0.documents = [path: document] }
        guard case .failure(.unavailable) = try await setting.signIn() else {
          Issue.record("it was taken")
          return
        }
      }
    }
  }

  @Test("an answer that goes on for ever is given up")
  func endless() async throws {
    try await Setting.run { setting in
      setting.issuer.behave { $0.documents = [Self.configuration: .endless] }
      await Self.isUnavailable(setting.hastyParty)
    }
  }

  private static func isUnavailable(_ party: RelyingParty) async {
    do {
      _ = try await party.authorizationAddress(for: Setting.attempt)
      Issue.record("it was taken")
    } catch {
      guard case .unavailable = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("an issuer that nobody listens for is not available")
  func missing() async throws {
    let url = try #require(IssuerURL("http://127.0.0.1:1"))
    let party = RelyingParty(
      OpenIDProvider(issuer: url, clientID: "c"),
      patience: .milliseconds(300),
      now: { MovedClock().now }
    )
    await #expect(throws: OpenIDFailure.self) {
      try await party.authorizationAddress(for: Setting.attempt)
    }
  }

  @Test("a configuration of another issuer, or one that leads out of TLS, is not taken")
  func metadata() throws {
    let issuer = try #require(IssuerURL("https://id.example/realm"))
    func read(_ iss: String, token: String = "https://id.example/token") throws {
      let text = """
        {"issuer":"\(iss)","authorization_endpoint":"https://id.example/authorize",
         "token_endpoint":"\(token)","jwks_uri":"https://id.example/jwks"}
        """
      _ = try IssuerMetadata(.init(text.utf8), of: issuer)
    }
    try read("https://id.example/realm")
    #expect(throws: OpenIDFailure.self) { try read("https://id.example/realm/") }
    #expect(throws: OpenIDFailure.self) { try read("https://evil.example") }
    for token in ["http://id.example/token", "http://127.0.0.1/token", "ftp://id.example", ""] {
      #expect(throws: OpenIDFailure.self) { try read("https://id.example/realm", token: token) }
    }
  }

  @Test(
    "issuers are reached over TLS, or on this machine",
    arguments: [
      ("https://id.example", true), ("https://id.example:8443/realms/clinic", true),
      ("http://127.0.0.1:8080", true), ("http://localhost/x", true), ("http://[::1]:80", true),
      ("http://id.example", false), ("https://id.example/?a=b", false), ("https://", false),
      ("https://a:b@id.example", false), ("https://id.example/#x", false), ("id.example", false),
      ("http://127.0.0.1.evil.example", false), ("https://id.example/a b", false),
    ]
  )
  func addresses(_ text: String, _ isOne: Bool) {
    #expect((IssuerURL(text) != nil) == isOne)
  }
}
