/// Where a server listens and a client connects to.
///
/// Whether a connection is encrypted is part of the address, so that nothing else decides it: `tls`
/// is never served or dialled in plain text, `tcp` is never encrypted.
public enum ServiceAddress: Sendable, Hashable {
  /// A host name or address and a port; port 0 lets the system choose when listening.
  case tcp(host: String, port: Int)
  /// The same, over TLS.
  case tls(host: String, port: Int)
  /// The path of a Unix socket.
  case unix(path: String)

  /// Reads `HOST:PORT`, `[V6]:PORT`, either behind `tls://`, or `unix:PATH`; nil for anything else.
  public init?(_ text: String) {
    if text.hasPrefix(Self.unixPrefix) {
      let path = String(text.dropFirst(Self.unixPrefix.count))
      if path.isEmpty { return nil }
      self = .unix(path: path)
      return
    }
    let isEncrypted = text.hasPrefix(Self.tlsPrefix)
    let rest = isEncrypted ? text.dropFirst(Self.tlsPrefix.count) : text[...]
    guard let (host, port) = Self.hostAndPort(rest) else { return nil }
    self = isEncrypted ? .tls(host: host, port: port) : .tcp(host: host, port: port)
  }

  private static func hostAndPort(_ text: Substring) -> (String, Int)? {
    guard !text.contains("/"), let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("[") && host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    return host.isEmpty ? nil : (String(host), Int(port))
  }

  /// Whether what travels is encrypted.
  public var isEncrypted: Bool {
    if case .tls = self { true } else { false }
  }

  private static let tlsPrefix = "tls://"
  private static let unixPrefix = "unix:"
}

extension ServiceAddress: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tcp(let host, let port): Self.text(host, port)
    case .tls(let host, let port): Self.tlsPrefix + Self.text(host, port)
    case .unix(let path): Self.unixPrefix + path
    }
  }

  private static func text(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
