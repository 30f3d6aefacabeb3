/// The name of a user, chosen by whoever runs the identity provider.
///
/// 1...64 bytes of `A-Z a-z 0-9 . _ @ -`, starting with a letter or a digit.
public struct UserID: Hashable, Sendable {
  /// The text as it travels and is stored.
  public let rawValue: String

  /// Takes `text` as an identifier, or returns nil if it is not one.
  public init?(_ text: String) {
    guard (1...64).contains(text.utf8.count), let first = text.utf8.first,
      Self.isAlphanumeric(first), text.utf8.allSatisfy(Self.isAllowed)
    else { return nil }
    self.rawValue = text
  }

  /// The server itself, where it does something that nobody asked for. No user can have this name:
  /// it is not one.
  public static let server = UserID(unchecked: "*server")

  private init(unchecked rawValue: String) { self.rawValue = rawValue }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "-"): true
    default: isAlphanumeric(byte)
    }
  }
}

extension UserID: Comparable, CustomStringConvertible {
  public static func < (lhs: UserID, rhs: UserID) -> Bool { lhs.rawValue < rhs.rawValue }

  public var description: String { rawValue }
}
