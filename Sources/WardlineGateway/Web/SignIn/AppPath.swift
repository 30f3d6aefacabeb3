/// A path of this server at which the app may begin.
struct AppPath: Hashable, Sendable {
  let text: String

  static let start = AppPath(trusted: "/")

  private init(trusted text: String) {
    self.text = text
  }

  /// nil for anything else: what browsers take for the address of another server is no path.
  init?(_ text: String) {
    guard text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= Self.bytesMax,
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return nil }
    self.text = text
  }

  private static let bytesMax = 1024
}
