/// What kind of file some bytes are, such as `image/png`: a type and a subtype, in lower case and
/// without parameters (RFC 6838).
public struct ContentType: Hashable, Sendable {
  public let rawValue: String

  /// Takes a name of two parts of 1 to 64 characters each, or returns nil if it is none. Upper case
  /// is taken for lower case.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy(Self.isName) else { return nil }
    rawValue = text.lowercased()
  }

  /// What stands before the slash.
  public var type: Substring { rawValue.prefix { $0 != "/" } }
  public var isImage: Bool { type == "image" }

  private static func isName(_ part: Substring) -> Bool {
    (1...64).contains(part.utf8.count) && part.utf8.allSatisfy(Self.isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension ContentType: CustomStringConvertible {
  public var description: String { rawValue }
}

extension ContentType: CodedAsText {}
