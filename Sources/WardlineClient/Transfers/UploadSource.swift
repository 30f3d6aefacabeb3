public import Foundation

/// The bytes of a file that is uploaded, which can be read from any place: an upload that was cut off
/// goes on where the server has come.
public protocol UploadSource: Sendable {
  /// Bytes in all. Must not change.
  var size: Int64 { get }
  /// So many bytes from an offset on, fewer only at the end.
  func read(from offset: Int64, atMost count: Int) throws -> [UInt8]
}

/// Bytes in memory.
public struct UploadBytes: UploadSource {
  private let bytes: [UInt8]

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  public var size: Int64 { Int64(bytes.count) }

  public func read(from offset: Int64, atMost count: Int) throws -> [UInt8] {
    let start = min(max(0, Int(offset)), bytes.count)
    return Array(bytes[start..<min(bytes.count, start + count)])
  }
}

/// A file on disk.
public struct UploadFile: UploadSource {
  private let url: URL
  public let size: Int64

  /// - Throws: what the system says of a file that cannot be read.
  public init(_ url: URL) throws {
    self.url = url
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    size = Int64(try file.seekToEnd())
  }

  public func read(from offset: Int64, atMost count: Int) throws -> [UInt8] {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(offset))
    return Array(try file.read(upToCount: count) ?? Data())
  }
}
