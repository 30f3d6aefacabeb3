import CWebApp
import Crypto
import NIOCore

/// A file of the web app.
struct WebFile: Sendable {
  /// Below the folder of the app, such as `components/chat-window.js`.
  let path: String
  let bytes: ByteBuffer
  /// The same, smaller; nil where it would not be.
  let compressed: ByteBuffer?
  /// Changes when the bytes do.
  let tag: String

  init(path: String, bytes: ByteBuffer) {
    self.path = path
    self.bytes = bytes
    let compressed = Gzip.compress(bytes)
    self.compressed = (compressed?.readableBytes ?? .max) < bytes.readableBytes ? compressed : nil
    tag = Self.tag(of: SHA256.hash(data: bytes.readableBytesView))
  }

  /// The files that the program was built with.
  static var embedded: [WebFile] {
    (0..<wardline_web_file_count()).map { index in
      let file = wardline_web_file_at(index)
      let bytes = UnsafeRawBufferPointer(start: file.bytes, count: file.length)
      return WebFile(path: String(cString: file.path), bytes: ByteBuffer(bytes: bytes))
    }
  }

  /// Names all of the files: changes when any of them does.
  static func version(of files: [WebFile]) -> String {
    var hash = SHA256()
    for file in files { hash.update(data: Array("\(file.path) \(file.tag)\n".utf8)) }
    return tag(of: hash.finalize())
  }

  private static func tag(of digest: SHA256Digest) -> String {
    HexDigits.text(digest.prefix(tagBytes))
  }

  private static let tagBytes = 8

  var contentType: String {
    switch path.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    case "webmanifest": "application/manifest+json"
    default: "application/octet-stream"
    }
  }
}
