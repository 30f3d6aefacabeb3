import Crypto
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Files that are on the disk when they are said to be there.
enum DurableFile {
  private static let chunkBytes = 1 << 20

  /// The size and the SHA-256 of a file. With a destination it is copied there as it is read, for
  /// its owner alone.
  static func digest(
    of path: String,
    copyingTo destination: String? = nil
  ) throws -> (bytes: Int64, sha256: String) {
    let source = try open(path, O_RDONLY)
    defer { close(source) }
    let target = try destination.map { try open($0, O_WRONLY | O_CREAT | O_EXCL) }
    defer { if let target { close(target) } }
    var hash = SHA256()
    var count: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: chunkBytes)
    while true {
      let length = read(source, &buffer, chunkBytes)
      guard length >= 0 else { throw failure(path) }
      if length == 0 { break }
      hash.update(data: buffer[..<length])
      if let target, let destination { try write(buffer[..<length], to: target, destination) }
      count += Int64(length)
    }
    if let target, let destination, fsync(target) != 0 { throw failure(destination) }
    return (count, hash.finalize().map { hexadecimal($0) }.joined())
  }

  /// Writes a small file, for its owner alone.
  static func write(_ data: Data, to path: String) throws {
    let target = try open(path, O_WRONLY | O_CREAT | O_EXCL)
    defer { close(target) }
    try write(ArraySlice(data), to: target, path)
    if fsync(target) != 0 { throw failure(path) }
  }

  /// Makes what was entered into or taken out of a folder, or written to a file, last.
  static func sync(_ path: String) throws {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw failure(path) }
  }

  /// Gives a file or folder another place, where nothing must be.
  static func move(_ path: String, to destination: String) throws {
    if rename(path, destination) != 0 { throw failure(destination) }
  }

  /// Makes a folder for its owner alone, with those around it.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw BackupError.inaccessible(path: path, reason: "the folder cannot be made")
    }
  }

  private static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    return descriptor
  }

  private static func write(
    _ bytes: ArraySlice<UInt8>,
    to descriptor: Int32,
    _ path: String
  ) throws {
    var left = bytes
    while !left.isEmpty {
      let length = left.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard length > 0 else { throw failure(path) }
      left = left.dropFirst(length)
    }
  }

  private static func failure(_ path: String) -> BackupError {
    .inaccessible(path: path, reason: String(cString: strerror(errno)))
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
