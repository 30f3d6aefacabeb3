/// Why somebody could not sign in with an issuer. The reason is a sentence for whoever runs the
/// server, and holds nothing of what the issuer sent.
public enum OpenIDFailure: Error, Sendable, Hashable {
  /// The issuer gave no answer that could be used.
  case unavailable(String)
  /// What came does not prove who it is.
  case refused(String)

  public var reason: String {
    switch self {
    case .unavailable(let reason), .refused(let reason): reason
    }
  }
}
