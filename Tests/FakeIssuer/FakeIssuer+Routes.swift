import Crypto
import Foundation
import Hummingbird
import NIOCore
import Synchronization

extension FakeIssuer {
  private typealias Reply = Hummingbird.Response

  /// What comes with each ID token.
  public static let accessToken = "an-access-token"

  var router: Router<BasicRequestContext> {
    let router = Router()
    router.get("/.well-known/openid-configuration") { request, _ in
      self.answer(request) { self.json(self.configuration) }
    }
    router.get("/jwks") { request, _ in
      try self.answer(request) {
        let keys = try self.state.withLock { $0.keys }.map { try $0.key.document(named: $0.name) }
        return self.json(#"{"keys":[\#(keys.joined(separator: ","))]}"#)
      }
    }
    router.get("/authorize") { request, _ in
      let query = Self.fields(request.uri.query ?? "")
      return self.answer(request) { self.approve(Request(query: query)) }
    }
    router.post("/token") { request, _ in
      let form = Self.fields(String(buffer: try await request.body.collect(upTo: 65_536)))
      let authorization = request.headers[.authorization]
      return try self.answer(request) { try self.redeem(form, authorization) }
    }
    return router
  }

  private var configuration: String {
    let namesItself = state.withLock { $0.behaviour.namesItself }
    return """
      {"issuer":"\(issuer)","authorization_endpoint":"\(issuer)/authorize",
       "token_endpoint":"\(issuer)/token","jwks_uri":"\(issuer)/jwks",
       "code_challenge_methods_supported":["S256"],
       "authorization_response_iss_parameter_supported":\(namesItself)}
      """
  }

  /// Counts the request, and answers it as the behaviour says or as it should be.
  private func answer(
    _ request: Hummingbird.Request,
    _ honest: () throws -> Reply
  ) rethrows -> Reply {
    let document = state.withLock { state in
      state.asked[request.uri.path, default: 0] += 1
      return state.behaviour.documents[request.uri.path]
    }
    switch document {
    case nil: return try honest()
    case .text(let text): return json(text)
    case .status(let code): return Reply(status: .init(code: code))
    case .redirect(let address):
      return Reply(status: .temporaryRedirect, headers: [.location: address])
    case .bytes(let count):
      return Reply(
        status: .ok,
        body: ResponseBody(byteBuffer: ByteBuffer(repeating: 0x20, count: count))
      )
    case .endless:
      return Reply(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "{"))
          // Until the client has lost its patience, or the test is over.
          for await _ in AsyncStream<Never>.makeStream().stream {}
          try await writer.finish(nil)
        }
      )
    }
  }

  private func approve(_ request: Request) -> Reply {
    let behaviour = state.withLock { $0.behaviour }
    var back = "\(request.query["redirect_uri"] ?? "")?state=\(request.query["state"] ?? "")"
    if let refusal = behaviour.refusal {
      back += "&error=\(refusal)"
    } else {
      let code = UUID().uuidString
      state.withLock { $0.codes[code] = request }
      back += "&code=\(code)"
    }
    if behaviour.namesItself {
      back += "&iss=\(issuer.replacing(":", with: "%3A").replacing("/", with: "%2F"))"
    }
    return Reply(status: .found, headers: [.location: back])
  }

  private func redeem(_ form: [String: String], _ authorization: String?) throws -> Reply {
    let (behaviour, request) = state.withLock { state in
      (state.behaviour, form["code"].flatMap { state.codes.removeValue(forKey: $0) })
    }
    let digest = SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8))
    let secret = behaviour.clientSecret.map { secret in
      "Basic " + Data("\(Self.clientID):\(secret)".utf8).base64EncodedString()
    }
    guard let request, form["client_id"] == Self.clientID, authorization == secret,
      form["redirect_uri"] == request.query["redirect_uri"],
      behaviour.isCareless || IssuerKey.text(Data(digest)) == request.query["code_challenge"]
    else { return Reply(status: .badRequest) }
    let claims = claims(for: request)
    let token = try behaviour.forge?(self, claims) ?? token(claims)
    return json(
      #"{"id_token":"\#(token)","access_token":"\#(Self.accessToken)","token_type":"Bearer"}"#
    )
  }

  private func json(_ text: String) -> Reply {
    Reply(
      status: .ok,
      headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }

  private static func fields(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return (halves[0], (halves.count > 1 ? halves[1] : "").removingPercentEncoding ?? "")
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
