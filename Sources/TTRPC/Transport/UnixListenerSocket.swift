#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A Unix socket that is bound and has its mode before anybody can connect to it.
struct UnixListenerSocket {
  let descriptor: Int32
  private let path: String
  private let file: FileIdentity

  private struct FileIdentity: Hashable {
    let device: UInt64
    let number: UInt64

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      number = UInt64(status.st_ino)
    }
  }

  /// - Parameter mode: of the socket's file; connecting takes the right to write.
  /// - Throws: `ListenError` when the path is too long, something else lies there, or a server
  ///   answers there.
  init(path: String, mode: UInt16) throws(ListenError) {
    if let problem = UnixSocketPath(path).problem { throw ListenError(problem) }
    try Self.removeStale(path)
    let descriptor = try Self.open()
    do throws(ListenError) {
      guard Self.withAddress(path, { bind(descriptor, $0, $1) }) == 0 else {
        throw ListenError("cannot listen on unix:\(path): \(Self.reason())")
      }
      // Nobody can connect before listen() is called.
      guard chmod(path, mode_t(mode)) == 0, let status = Self.status(path) else {
        throw ListenError("the mode of unix:\(path) cannot be set: \(Self.reason())")
      }
      self.file = FileIdentity(status)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
  }

  /// Lets so many wait to be accepted. Only while the descriptor is known to be open.
  func setBacklog(_ count: Int32) {
    _ = listen(descriptor, count)
  }

  /// Removes the file, unless another server has put its own there.
  func removeFile() {
    guard let status = Self.status(path), FileIdentity(status) == file else { return }
    unlink(path)
  }

  /// Removes the socket of a server that is gone.
  private static func removeStale(_ path: String) throws(ListenError) {
    guard let status = status(path) else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ListenError("\(path) is there already and is no socket")
    }
    let descriptor = try open()
    defer { close(descriptor) }
    if withAddress(path, { connect(descriptor, $0, $1) }) == 0 || errno != ECONNREFUSED {
      throw ListenError("another server listens on unix:\(path)")
    }
    unlink(path)
  }

  private static func open() throws(ListenError) -> Int32 {
    #if canImport(Darwin)
    let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #else
    let kind =
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    #endif
    guard descriptor >= 0 else { throw ListenError("no Unix socket to be had: \(reason())") }
    return descriptor
  }

  /// The path was checked to fit.
  private static func withAddress(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      bytes.copyBytes(from: path.utf8.prefix(UnixSocketPath.bytesMax))
    }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
