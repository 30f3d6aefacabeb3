import Crypto
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// The file of the audit's reserve: a header, and records one after the other, each with a checksum that
/// also covers the header and its number, so that what is left of an earlier use is not taken for one.
final class ReserveFile: Sendable {
  struct Failure: Error {
    let code: Int32
  }

  static let headerBytes = 16
  private static let frameHeaderBytes = 12
  /// A header that no records follow.
  static let emptyHeader = [UInt8](repeating: 0, count: headerBytes)

  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = try DataFolder.openFile(path, O_RDWR | O_CREAT | O_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// In bytes.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Gives the file a size, with room on the disk for all of it.
  func allocate(_ bytes: Int) throws {
    if size > bytes, ftruncate(descriptor, off_t(bytes)) != 0 { throw Failure(code: errno) }
    let code = posix_fallocate(descriptor, 0, off_t(bytes))
    guard code == 0 else {
      // What there was room for is of no use.
      _ = ftruncate(descriptor, 0)
      throw Failure(code: code)
    }
    if fsync(descriptor) != 0 { throw Failure(code: errno) }
  }

  /// Writes so that it lasts.
  func write(_ bytes: [UInt8], at offset: Int) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset + written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(code: errno) }
      written += count
    }
    if fdatasync(descriptor) != 0 { throw Failure(code: errno) }
  }

  /// What was written, as far as it is whole.
  func read() throws -> (after: Int64, records: [ReservedRecord], used: Int) {
    let bytes = try content()
    let nothing = (after: Int64(0), records: [ReservedRecord](), used: Self.headerBytes)
    guard bytes.count >= Self.headerBytes else { return nothing }
    let after = Int64(bitPattern: Self.number(bytes[0..<8]))
    guard Self.header(after)[...] == bytes[0..<Self.headerBytes] else { return nothing }
    var records: [ReservedRecord] = []
    var offset = Self.headerBytes
    while bytes.count - offset > Self.frameHeaderBytes {
      let start = offset + Self.frameHeaderBytes
      let length = Int(Self.number(bytes[offset..<offset + 4]))
      guard length > 0, length <= bytes.count - start else { break }
      let body = bytes[start..<start + length]
      let check = Self.check(body, records.count, after)
      guard bytes[offset + 4..<start] == check[...],
        let record = try? JSONDecoder().decode(ReservedRecord.self, from: Data(body))
      else { break }
      records.append(record)
      offset = start + length
    }
    return (after, records, offset)
  }

  private func content() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < bytes.count {
      let count = bytes[filled...].withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(code: errno) }
      filled += count
    }
    return bytes
  }

  // MARK: Bytes

  static func header(_ after: Int64) -> [UInt8] {
    let number = bigEndian(after)
    return number + check(number[...], -1, after)
  }

  static func frame(_ record: ReservedRecord, _ number: Int, _ after: Int64) throws -> [UInt8] {
    let body = [UInt8](try JSONEncoder().encode(record))
    return bigEndian(UInt32(body.count)) + check(body[...], number, after) + body
  }

  private static func check(_ body: ArraySlice<UInt8>, _ number: Int, _ after: Int64) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: bigEndian(after))
    hash.update(data: bigEndian(Int64(number)))
    hash.update(data: body)
    return Array(hash.finalize().prefix(8))
  }

  private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
