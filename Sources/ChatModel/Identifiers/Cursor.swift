/// A place in the event log as a subscriber keeps it: opaque text to him, a log and a position to us.
public struct Cursor: Hashable, Sendable {
  public let log: LogID
  /// The last event that its holder has seen.
  public let position: EventPosition

  private static let version: UInt8 = 1
  private static let byteCount = 13

  public init(log: LogID, position: EventPosition) {
    self.log = log
    self.position = position
  }

  /// Parses what `description` gives; nil for everything else, including other versions.
  public init?(_ text: String) {
    guard let bytes = Base64URL.decode(text, count: Self.byteCount), bytes[0] == Self.version
    else { return nil }
    let log = bytes[1..<5].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let number = bytes[5..<13].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let signed = Int64(exactly: number), let position = EventPosition(rawValue: signed)
    else { return nil }
    self.init(log: LogID(rawValue: log), position: position)
  }
}

extension Cursor: CustomStringConvertible {
  /// 18 characters of unpadded base64url: version, log, position.
  public var description: String {
    var bytes: [UInt8] = [Self.version]
    bytes.reserveCapacity(Self.byteCount)
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: log.rawValue >> shift))
    }
    for shift in stride(from: Int64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: position.rawValue >> shift))
    }
    return Base64URL.encode(bytes)
  }
}
