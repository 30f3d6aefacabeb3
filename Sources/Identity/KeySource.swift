/// Where the keys come from that tokens are verified with.
public enum KeySource: Sendable {
  /// A JWKS file with the public EdDSA (Ed25519) and ES256 keys of those who may issue tokens.
  case keyFile(path: String)
  /// A secret that the server made itself: for development only.
  case development(DevelopmentKey)
}
