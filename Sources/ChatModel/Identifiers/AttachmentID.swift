/// The name of an attachment: 63 random bits.
///
/// It says nothing of when it was made or of what it holds, and cannot be guessed by counting. What
/// it opens is decided by who asks, never by knowing it.
public struct AttachmentID: Hashable, Sendable {
  /// The number as it is stored, greater than zero.
  public let rawValue: Int64

  /// Takes a stored number, or returns nil if it is not positive.
  public init?(rawValue: Int64) {
    guard rawValue > 0 else { return nil }
    self.rawValue = rawValue
  }

  /// Parses the 13 characters that `description` gives, and nothing else.
  public init?(_ text: String) {
    guard let value = CrockfordBase32.decode(text), let number = Int64(exactly: value) else {
      return nil
    }
    self.init(rawValue: number)
  }

  /// Makes a new identifier. Whoever stores it tries again if it is taken.
  public static func generate(
    using generator: inout some RandomNumberGenerator
  ) -> AttachmentID {
    AttachmentID(unchecked: Int64.random(in: 1...Int64.max, using: &generator))
  }

  /// Where the attachment is to be had over HTTP, behind the address of the server.
  public var url: String { Self.path + description }
  private static let path = "/api/attachments/"

  /// Parses what `url` gives, and nothing else.
  public init?(url: String) {
    guard url.hasPrefix(Self.path) else { return nil }
    self.init(String(url.dropFirst(Self.path.count)))
  }

  private init(unchecked rawValue: Int64) { self.rawValue = rawValue }
}

extension AttachmentID: CustomStringConvertible {
  /// 13 characters of lower-case Crockford base 32.
  public var description: String { CrockfordBase32.encode(UInt64(bitPattern: rawValue)) }
}

extension AttachmentID: CodedAsText {}
