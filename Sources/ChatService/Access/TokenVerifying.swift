/// Why a caller could not be authenticated, in words that tell what to change.
///
/// The message never holds the token or a part of it.
public struct AuthenticationError: Error, Sendable, Hashable {
  public var message: String

  public init(_ message: String) {
    self.message = message
  }
}

/// Checks bearer tokens.
public protocol TokenVerifying: Sendable {
  /// Verifies a token, without waiting for anything. A token that was seen before is cheap.
  func verify(_ token: String) throws(AuthenticationError) -> Principal
}
