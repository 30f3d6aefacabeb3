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
  /// The principal of a token that was verified before and is still valid. Does not wait.
  func verified(_ token: String) -> Principal?
  /// Verifies a token.
  func verify(_ token: String) async throws(AuthenticationError) -> Principal
}
