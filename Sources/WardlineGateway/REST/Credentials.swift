public import Hummingbird

/// Where the proof of who sends a request comes from.
public protocol CredentialSource: Sendable {
  /// What stands for the header `Authorization` of a request, such as `Bearer TOKEN`; nil when the
  /// request proves nothing, or not in this way.
  ///
  /// - Throws: `CredentialRefusal` when the proof must not be used for this request.
  func authorization(of request: HTTPRequest) throws(CredentialRefusal) -> String?
}

/// A proof is there, and must not be used for this request: it is answered with 403.
public struct CredentialRefusal: Error, Sendable {
  /// A sentence for the caller.
  public let reason: String

  public init(_ reason: String) {
    self.reason = reason
  }
}

/// The header itself.
public struct AuthorizationHeader: CredentialSource {
  public init() {}

  public func authorization(of request: HTTPRequest) -> String? {
    request.headerFields[.authorization]
  }
}
