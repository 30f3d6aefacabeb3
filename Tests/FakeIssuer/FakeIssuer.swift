import Crypto
public import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// An issuer of OpenID Connect on a port of its own, which approves whatever it is asked at once, and
/// lies as its behaviour says.
public final class FakeIssuer: Sendable {
  /// What it does otherwise than it should.
  public struct Behaviour: Sendable {
    /// Who is signed in there.
    public var subject = "amara"
    public var clientSecret: String?
    /// Its answers say who answers.
    public var namesItself = false
    /// The error in place of a code.
    public var refusal: String?
    public var changeClaims: @Sendable (inout IssuedClaims) -> Void = { _ in }
    /// The ID token in place of an honest one.
    public var forge: (@Sendable (FakeIssuer, IssuedClaims) throws -> String)?
    /// Answers in place of its own, by path.
    public var documents: [String: Document] = [:]
    /// Takes any verifier of a code.
    public var isCareless = false
  }

  public enum Document: Sendable {
    case text(String)
    case status(Int)
    case redirect(to: String)
    /// So many bytes.
    case bytes(Int)
    /// The header, and then nothing.
    case endless
  }

  struct State {
    var behaviour = Behaviour()
    var codes: [String: Request] = [:]
    var keys: [(name: String, key: IssuerKey)] = []
    var asked: [String: Int] = [:]
  }

  /// What the browser brought.
  struct Request: Sendable {
    let query: [String: String]
  }

  public static let clientID = "wardline-chat"

  let state: Mutex<State>
  private let port = Mutex(0)
  private let now: @Sendable () -> Date

  private init(_ key: IssuerKey, now: @escaping @Sendable () -> Date) {
    self.now = now
    state = Mutex(State(keys: [("first", key)]))
  }

  public var issuer: String { "http://127.0.0.1:\(port.withLock { $0 })" }

  /// How often a path was asked for.
  public func count(of path: String) -> Int { state.withLock { $0.asked[path] ?? 0 } }

  public func behave(_ change: (inout Behaviour) -> Void) {
    state.withLock { change(&$0.behaviour) }
  }

  /// From now on it signs with another key, and shows only that.
  public func rotate(to key: IssuerKey, named name: String) {
    state.withLock { $0.keys = [(name, key)] }
  }

  /// Runs one for as long as the body takes.
  public static func run(
    key: IssuerKey = .newP256(),
    now: @escaping @Sendable () -> Date = { Date() },
    _ body: (FakeIssuer) async throws -> Void
  ) async throws {
    let issuer = FakeIssuer(key, now: now)
    let (ports, started) = AsyncStream<Int>.makeStream()
    let service = Application(
      router: issuer.router,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      for await port in ports {
        issuer.port.withLock { $0 = port }
        try await body(issuer)
        break
      }
      group.cancelAll()
    }
  }

  /// A token of these claims, signed by the newest key as the header says.
  public func token(
    _ claims: IssuedClaims,
    header: String? = nil,
    sign: (@Sendable (Data) throws -> Data)? = nil
  ) throws -> String {
    guard let (name, key) = state.withLock({ $0.keys.last }) else { return "" }
    let header = header ?? #"{"alg":"\#(key.algorithm)","kid":"\#(name)"}"#
    let payload = try JSONEncoder().encode(claims)
    let signed = IssuerKey.text(Data(header.utf8)) + "." + IssuerKey.text(payload)
    let bytes = Data(signed.utf8)
    return signed + "." + IssuerKey.text(try sign.map { try $0(bytes) } ?? key.signature(of: bytes))
  }

  /// The newest key.
  public var key: IssuerKey? { state.withLock { $0.keys.last?.key } }

  func claims(for request: Request) -> IssuedClaims {
    let behaviour = state.withLock { $0.behaviour }
    let time = now().timeIntervalSince1970.rounded(.down)
    var claims = IssuedClaims(
      iss: issuer,
      sub: behaviour.subject,
      aud: [Self.clientID],
      exp: time + 300,
      iat: time,
      nonce: request.query["nonce"]
    )
    behaviour.changeClaims(&claims)
    return claims
  }
}
