#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A small file that no one but its owner may read (mode 0600).
struct OwnerOnlyFile {
  let path: String

  /// Its first `bytesMax` bytes, or nil if there is no such file. Refuses a file that others can
  /// read, and a link, which somebody else may have put there.
  func read(bytesMax: Int) throws(DevelopmentKeyError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(path: path, errno: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path: path, errno: errno) }
    guard status.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    let length = bytes.withUnsafeMutableBytes { buffer in
      #if canImport(Darwin)
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
    }
    guard length >= 0 else { throw .system(path: path, errno: errno) }
    return Array(bytes.prefix(length))
  }

  /// Makes the file with all its bytes at once, or leaves the one that somebody made meanwhile.
  func create(with bytes: [UInt8]) throws(DevelopmentKeyError) {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(path: path, errno: errno) }
    defer { unlink(draft) }
    let isWritten =
      bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      == bytes.count && fsync(descriptor) == 0
    let writeError = errno
    close(descriptor)
    guard isWritten else { throw .system(path: path, errno: writeError) }
    guard link(draft, path) == 0 || errno == EEXIST else {
      throw .system(path: path, errno: errno)
    }
  }

  /// The system's words for an error number.
  static func text(of number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}
