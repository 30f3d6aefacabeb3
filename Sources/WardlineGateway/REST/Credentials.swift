public import Hummingbird

/// Where the proof of who sends a request comes from.
public protocol CredentialSource: Sendable {
  /// The proof in a request; nil when the request proves nothing, or not in this way.
  ///
  /// - Throws: `CredentialRefusal` when the proof must not be used for this request.
  func proof(in request: HTTPRequest) throws(CredentialRefusal) -> RequestProof?
}

/// What proves who sends a request.
public struct RequestProof: Sendable {
  /// What stands for the header `Authorization`, such as `Bearer TOKEN`.
  let authorization: String
  /// Whether it counts still: what it has opened ends when it does not. Nil for a proof that only its
  /// token ends, which the chat itself knows of.
  let counts: (@Sendable () -> Bool)?

  public init(_ authorization: String, counts: (@Sendable () -> Bool)? = nil) {
    self.authorization = authorization
    self.counts = counts
  }
}

/// A proof is there, and must not be used for this request.
public struct CredentialRefusal: Error, Sendable {
  /// A sentence for the caller.
  public let reason: String
  /// Whether the proof is good, but of another user than the request is meant for: 409, and not 403.
  public let isOfOtherUser: Bool

  public init(_ reason: String, isOfOtherUser: Bool = false) {
    self.reason = reason
    self.isOfOtherUser = isOfOtherUser
  }
}

/// The header itself.
public struct AuthorizationHeader: CredentialSource {
  public init() {}

  public func proof(in request: HTTPRequest) -> RequestProof? {
    request.headerFields[.authorization].map { RequestProof($0) }
  }
}
