import ChatModel
import Crypto

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An open file, closed with the last reference. Its calls block, and throw `DiskError`.
final class StoredFile: Sendable {
  private let descriptor: Int32

  /// - Parameter flags: of `open`; a new file is for its owner only.
  init(_ path: String, _ flags: Int32) throws(DiskError) {
    descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor < 0 { throw DiskError("open") }
  }

  deinit { close(descriptor) }

  func size() throws(DiskError) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DiskError("fstat") }
    return Int64(status.st_size)
  }

  func write(_ bytes: [UInt8], at offset: Int64) throws(DiskError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
        return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw DiskError("pwrite")
      }
      written += count
    }
  }

  /// As many bytes as there are from `offset`, at most `count`.
  func read(at offset: Int64, count: Int) throws(DiskError) -> [UInt8] {
    var failure: DiskError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = DiskError("pread") }
        if got <= 0 { return }
        filled += got
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The hash and the number of all bytes.
  func blob() throws(DiskError) -> Blob {
    var hash = SHA256()
    var offset: Int64 = 0
    while true {
      let bytes = try read(at: offset, count: 1 << 20)
      if bytes.isEmpty { break }
      hash.update(data: bytes)
      offset += Int64(bytes.count)
    }
    guard let digest = ContentHash(bytes: Array(hash.finalize())) else { throw DiskError("hash") }
    return Blob(hash: digest, size: offset)
  }

  func cut(to size: Int64) throws(DiskError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw DiskError("ftruncate") }
  }

  /// Returns when all that was written is on the disk.
  func synchronize() throws(DiskError) {
    guard fsync(descriptor) == 0 else { throw DiskError("fsync") }
  }
}
