import HTTPTypes
import Testing

@testable import WardlineGateway

@Suite("Which requests of browsers count")
struct WebRequestTests {
  private func request(
    _ headers: HTTPFields,
    host: String = "chat.example",
    method: HTTPRequest.Method = .post
  ) -> HTTPRequest {
    HTTPRequest(
      method: method,
      scheme: "http",
      authority: host,
      path: "/messages",
      headerFields: headers
    )
  }

  @Test("without settings the app's own origin is the host of the request")
  func ownHost() {
    let origin = RequestOrigin(settings: WebSettings())
    #expect(origin.isOwn(request([.origin: "https://chat.example"])))
    #expect(origin.isOwn(request([:])))
    #expect(origin.isOwn(request([.secFetchSite: "same-origin"])))
    #expect(!origin.isOwn(request([.origin: "https://evil.example"])))
    #expect(!origin.isOwn(request([.origin: "null"])))
    #expect(!origin.isOwn(request([.secFetchSite: "cross-site"])))
    #expect(!origin.isOwn(request([.secFetchSite: "same-site"])))
  }

  @Test("with settings only their origins are the app's, whatever the request calls its host")
  func ownOrigins() {
    let origin = RequestOrigin(settings: WebSettings(origins: ["https://chat.clinic.example"]))
    #expect(origin.isOwn(request([.origin: "https://chat.clinic.example"])))
    #expect(!origin.isOwn(request([.origin: "https://chat.example"])))
  }

  @Test("only origins of the settings hand over tokens")
  func handover() {
    let origin = RequestOrigin(settings: WebSettings(handoverOrigins: ["https://portal.example"]))
    #expect(origin.mayHandOver(request([.origin: "https://portal.example"])))
    #expect(!origin.mayHandOver(request([.origin: "https://chat.example"])))
    #expect(!origin.mayHandOver(request([:])))
  }

  @Test(
    "a name of this machine is one of three, with or without a port",
    arguments: [
      ("localhost:7380", true), ("127.0.0.1", true), ("[::1]:80", true), ("evil.example", false),
      ("localhost.evil.example", false), ("127.0.0.1.evil.example", false), ("[::2]", false),
    ]
  )
  func loopback(host: String, isLoopback: Bool) {
    #expect(RequestOrigin.isLoopback(request([:], host: host)) == isLoopback)
  }

  @Test("the cookie is found among others, and is set so that no script and no other site has it")
  func cookie() {
    let cookie = SessionCookie(isSecure: true)
    let headers: HTTPFields = [.cookie: "a=b; __Host-wardline=name=1; wardline_session=other"]
    #expect(cookie.value(in: headers) == "name=1")
    #expect(SessionCookie(isSecure: false).value(in: headers) == "other")
    #expect(cookie.value(in: [.cookie: "x__Host-wardline=1"]) == nil)
    #expect(
      cookie.setting("n") == "__Host-wardline=n; Path=/; HttpOnly; SameSite=Strict; Secure"
    )
  }

  @Test("a form has a token, and leads to a path of this server and nowhere else")
  func form() {
    #expect(HandoverForm("token=a.b%2Bc&path=%2Fchat%2F1")?.token == "a.b+c")
    #expect(HandoverForm("token=a&path=%2Fchat%2F1")?.path.text == "/chat/1")
    #expect(HandoverForm("path=%2Fchat") == nil)
    #expect(HandoverForm("token=") == nil)
    for path in ["//evil.example", "https://evil.example", "/\\evil.example", "/a%0d%0aX: y"] {
      #expect(HandoverForm("token=a&path=\(path)")?.path.text == "/")
    }
  }
}
