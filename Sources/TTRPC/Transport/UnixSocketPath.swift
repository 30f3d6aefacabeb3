/// The path of a Unix socket, which the system keeps short.
struct UnixSocketPath {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  /// What is wrong with it, in words; nil for nothing.
  var problem: String? {
    let count = text.utf8.count
    if text.utf8.contains(0) { return "the path of a Unix socket cannot hold U+0000" }
    if count == 0 || count > Self.bytesMax {
      return "the path of a Unix socket has 1 to \(Self.bytesMax) bytes, and this one has \(count)"
    }
    return nil
  }

  /// Linux takes 107, but other systems and SwiftNIO do not.
  static let bytesMax = 103
}
