import Foundation

/// The address of an issuer, or of something that it names: `https`, or on this machine `http`.
public struct IssuerURL: Sendable, Hashable {
  /// As it was written.
  public let text: String
  let isLoopback: Bool

  /// nil for a text that is no such address, or has a user, a query or a fragment.
  public init?(_ text: String) {
    guard let url = Self.address(text), url.query == nil else { return nil }
    self.init(text, url)
  }

  /// An address that the issuer names, which may have a query.
  ///
  /// - Parameter issuer: only one on this machine may name addresses without TLS.
  init?(_ text: String, namedBy issuer: IssuerURL) {
    guard let url = Self.address(text), issuer.isLoopback || url.scheme == "https" else {
      return nil
    }
    self.init(text, url)
  }

  private init(_ text: String, _ url: URL) {
    self.text = text
    isLoopback = Self.isLoopback(url)
  }

  private static func address(_ text: String) -> URL? {
    guard text.utf8.count <= lengthMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      let url = URL(string: text), let host = url.host(), !host.isEmpty,
      url.user() == nil, url.password() == nil, url.fragment() == nil,
      url.scheme == "https" || (url.scheme == "http" && isLoopback(url))
    else { return nil }
    return url
  }

  private static func isLoopback(_ url: URL) -> Bool {
    ["127.0.0.1", "localhost", "::1", "[::1]"].contains(url.host())
  }

  private static let lengthMax = 2048

  /// The address with something behind its path.
  func appending(path: String) -> String {
    (text.hasSuffix("/") ? String(text.dropLast()) : text) + path
  }
}
