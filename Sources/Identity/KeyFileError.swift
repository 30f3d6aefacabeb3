/// Why the key file cannot be used. The text is for whoever runs the server.
public enum KeyFileError: Error, Hashable, Sendable {
  case unreadable(path: String)
  case notJWKS(path: String)
  case noUsableKey(path: String)
  case ambiguous(path: String, kid: String)
}

extension KeyFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path): "cannot read the key file \(path): check that it is there"
    case .notJWKS(let path): "\(path) is not a JWKS file: expected {\"keys\": […]}"
    case .noUsableKey(let path):
      "\(path) holds no usable key: give each a kid, and kty OKP with crv Ed25519 or EC with P-256"
    case .ambiguous(let path, let kid): "\(path) holds the kid \(kid) more than once"
    }
  }
}
