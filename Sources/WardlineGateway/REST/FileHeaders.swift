import Hummingbird

extension HTTPFields {
  /// What stands before the bytes of a file that somebody has sent. Nothing in it may run as a page
  /// of this server: only what cannot is shown by browsers, and what the sender said of the type
  /// counts for nothing else.
  static func file(type: String, name: String) -> HTTPFields {
    let isShown = isHarmless(type)
    return [
      .contentType: isShown ? type : "application/octet-stream",
      .contentDisposition: disposition(isShown ? "inline" : "attachment", name),
      .contentSecurityPolicy: "sandbox; default-src 'none'",
      .crossOriginResourcePolicy: "same-origin",
      .cacheControl: "private, no-cache",
    ]
  }

  /// SVG is a picture that can hold scripts.
  private static func isHarmless(_ type: String) -> Bool {
    if type == "image/svg+xml" { return false }
    return ["image/", "audio/", "video/"].contains { type.hasPrefix($0) }
      && type.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ";") }
  }

  /// The name twice (RFC 6266): in ASCII for those that know no better, and as it is.
  private static func disposition(_ kind: String, _ name: String) -> String {
    let plain = String(
      name.unicodeScalars.map { scalar -> Character in
        let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7f
        return isPlain && scalar != "\"" && scalar != "\\" && scalar != "%"
          ? Character(scalar) : "_"
      }
    )
    return "\(kind); filename=\"\(plain)\"; filename*=UTF-8''\(PercentCoding.encode(name))"
  }
}
