/// How files of a type begin, for the types that programs open by themselves: a file that says it
/// is a picture and is none is refused before anything looks into it.
public enum FileSignature {
  /// The most bytes that `matches` looks at.
  public static let lengthMax = 12

  /// Whether a file that begins so can be of a type. True for types that nothing is known of.
  ///
  /// - Parameter beginning: the first `lengthMax` bytes of the file, or all of a shorter one.
  public static func matches(_ type: ContentType, _ beginning: [UInt8]) -> Bool {
    switch type.rawValue {
    case "image/jpeg": beginning.starts(with: [0xFF, 0xD8, 0xFF])
    case "image/png": beginning.starts(with: [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A])
    case "image/gif":
      beginning.starts(with: "GIF87a".utf8) || beginning.starts(with: "GIF89a".utf8)
    case "image/webp":
      beginning.starts(with: "RIFF".utf8) && beginning.dropFirst(8).starts(with: "WEBP".utf8)
    case "application/pdf": beginning.starts(with: "%PDF-".utf8)
    default: true
    }
  }
}
