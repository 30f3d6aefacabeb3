import ChatModel
import FakeIssuer
import Foundation
import NIOHTTP1
import OpenIDConnect
import Testing

@testable import WardlineGateway

@Suite("Signing in to the web app with an issuer")
struct OpenIDFlowTests {
  /// A server with two issuers that are one, where everybody but `stranger` and `former` is a patient.
  private func with(
    _ body: (Practice, Browser, FakeIssuer) async throws -> Void
  ) async throws {
    let time = Date(timeIntervalSince1970: Double(Practice.start) / 1000)
    try await FakeIssuer.run(now: { time }) { issuer in
      let url = try #require(IssuerURL(issuer.issuer))
      let now = Timestamp(milliseconds: Practice.start)
      let providers = ["clinic", "other"].map { id in
        OpenIDSignIn(
          id: id,
          name: "The \(id)",
          party: RelyingParty(
            OpenIDProvider(issuer: url, clientID: FakeIssuer.clientID),
            now: { now }
          )
        ) { identity async throws(SignInFailure) in
          switch identity.userID.rawValue {
          case "stranger": throw .unknownUser
          case "former": throw .refused
          case let id: "\(id)/patient"
          }
        }
      }
      try await Practice.with(app: PracticeApp(providers: providers)) { practice in
        try await body(practice, Browser(port: practice.port), issuer)
      }
    }
  }

  /// The way to the issuer and its answer: where the browser is sent back to.
  private func visit(_ browser: Browser, path: String = "/chat") async throws -> String {
    let away = try await browser.get("/web/oidc/clinic?path=\(path)")
    #expect(away.status == 302)
    let back = try await browser.open(away.headers.first(name: "Location") ?? "")
    #expect(back.status == 302)
    return back.headers.first(name: "Location") ?? ""
  }

  private func failure(_ reply: Reply) -> String? {
    guard reply.status == 302, let place = reply.headers.first(name: "Location") else { return nil }
    #expect(place.hasPrefix("/?sign-in-error="))
    #expect(!reply.headers["Set-Cookie"].contains { $0.hasPrefix("wardline_session=") })
    return place.split(separator: "=").last.map(String.init)
  }

  @Test("one chooses an issuer, comes back from it, and has a session where one wanted to go")
  func whole() async throws {
    try await with { _, browser, _ in
      let choices = try await browser.get("/web/sign-in")
      let providers = choices.json["Providers"] as? [[String: String]]
      #expect(providers?.first == ["Name": "The clinic", "Path": "/web/oidc/clinic"])
      let arrival = try await browser.open(try await visit(browser, path: "/dietitian-support"))
      #expect(arrival.status == 200)
      #expect(arrival.text.contains(#"http-equiv="refresh" content="0;url=/dietitian-support""#))
      let cookies = arrival.headers["Set-Cookie"]
      #expect(
        cookies.contains { $0.hasPrefix("wardline_session=") && $0.contains("SameSite=Strict") }
      )
      #expect(cookies.contains { $0.hasPrefix("wardline_sign_in_") && $0.contains("=; Max-Age=0") })
      #expect(arrival.headers.first(name: "Cache-Control") == "no-store")
      let session = try await browser.get("/web/session")
      #expect(session.status == 200)
      #expect(session.text("User_id") == "amara")
    }
  }

  @Test("the cookie of a sign-in comes with links of other sites, and ends soon")
  func attemptCookie() async throws {
    try await with { _, browser, _ in
      let away = try await browser.get("/web/oidc/clinic")
      let cookie = try #require(away.headers.first(name: "Set-Cookie"))
      #expect(cookie.hasPrefix("wardline_sign_in_"))
      #expect(cookie.hasSuffix("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"))
    }
  }

  @Test("many sign-ins that come to nothing leave few cookies, however long their paths")
  func fewCookies() async throws {
    try await with { _, browser, _ in
      let path = "/" + String(repeating: "x", count: 1_000)
      for _ in 0..<100 {
        let away = try await browser.get("/web/oidc/clinic?path=\(path)")
        #expect(away.status == 302)
      }
      #expect(browser.cookie.utf8.count < 8 << 10)
      #expect(try await browser.get("/web/sign-in").status == 200)
    }
  }

  @Test("an answer counts once")
  func replay() async throws {
    try await with { _, browser, issuer in
      let back = try await visit(browser)
      let cookie = browser.cookie
      #expect(try await browser.open(back).status == 200)
      // With the cookie that it came with, too.
      let again = Visitor(port: browser.port, authorization: nil, id: "")
      let path = String(back.dropFirst("http://127.0.0.1:\(browser.port)".count))
      let reply = try await again.get(path, ["Cookie": cookie])
      #expect(reply.status == 200)
      #expect(!reply.text.contains("http-equiv"))
      #expect(issuer.count(of: "/token") == 1)
    }
  }

  @Test("an answer counts in the browser only in which the sign-in began, and for its issuer")
  func bound() async throws {
    try await with { practice, browser, issuer in
      let back = try await visit(browser)
      let thief = Browser(port: practice.port)
      #expect(failure(try await thief.open(back)) == "refused")
      _ = try await visit(thief)
      #expect(failure(try await thief.open(back)) == "refused")
      let other = back.replacing("/oidc/clinic/", with: "/oidc/other/")
      #expect(failure(try await browser.open(other)) == "refused")
      let wrong = back.replacing("state=", with: "state=0")
      #expect(failure(try await browser.open(wrong)) == "refused")
      #expect(issuer.count(of: "/token") == 0)
      #expect(try await browser.open(back).status == 200)
    }
  }

  @Test("an answer that comes after ten minutes is refused")
  func late() async throws {
    try await with { practice, browser, _ in
      let back = try await visit(browser)
      practice.advance(seconds: 600)
      #expect(failure(try await browser.open(back)) == "refused")
    }
  }

  @Test(
    "the way back leads to this server and nowhere else",
    arguments: ["//evil.example", "/%5Cevil.example", "https://evil.example", "/a%0d%0ab", "evil"]
  )
  func openRedirect(_ path: String) async throws {
    try await with { _, browser, _ in
      let arrival = try await browser.open(try await visit(browser, path: path))
      #expect(arrival.text.contains(#"content="0;url=/">"#))
      #expect(!arrival.text.contains("evil"))
    }
  }

  @Test("a path is no markup")
  func markup() async throws {
    try await with { _, browser, _ in
      let path = "/chat/%22%3E%3Cscript%3E"
      let arrival = try await browser.open(try await visit(browser, path: path))
      #expect(arrival.text.contains("/chat/&quot;&gt;&lt;script&gt;"))
      #expect(!arrival.text.contains("<script>"))
    }
  }

  @Test(
    "what the issuer refuses is said by a word",
    arguments: [
      ("access_denied", "cancelled"), ("server_error", "unavailable"),
      ("temporarily_unavailable", "unavailable"), ("invalid_scope", "refused"),
    ]
  )
  func refusals(_ error: String, _ code: String) async throws {
    try await with { _, browser, issuer in
      issuer.behave { $0.refusal = error }
      let reply = try await browser.open(try await visit(browser))
      #expect(failure(reply) == code)
    }
  }

  @Test("who is unknown to the chat or may not come in has no session, nor has an invalid token")
  func nobody() async throws {
    try await with { _, browser, issuer in
      issuer.behave { $0.subject = "stranger" }
      let unknown = try await browser.open(try await visit(browser))
      #expect(failure(unknown) == "unknown_user")
      issuer.behave { $0.subject = "former" }
      let former = try await browser.open(try await visit(browser))
      #expect(failure(former) == "refused")
      issuer.behave { $0.changeClaims = { $0.nonce = "stolen" } }
      let forged = try await browser.open(try await visit(browser))
      #expect(failure(forged) == "refused")
      #expect(try await browser.get("/web/session").status == 401)
    }
  }

  @Test("an issuer that is down keeps nobody waiting on an error page")
  func down() async throws {
    try await with { _, browser, issuer in
      issuer.behave { $0.documents = ["/.well-known/openid-configuration": .status(500)] }
      let reply = try await browser.get("/web/oidc/clinic")
      #expect(failure(reply) == "unavailable")
      #expect(try await browser.get("/web/oidc/nobody").status == 404)
    }
  }
}
