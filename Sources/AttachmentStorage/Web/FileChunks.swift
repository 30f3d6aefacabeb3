import NIOCore
import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The bytes of a file in pieces, each read when it is asked for.
struct FileChunks: AsyncSequence, Sendable {
  private let file: StoredFile
  private let threads: NIOThreadPool
  /// Bytes, as they were when the file was opened.
  let size: Int64

  init(path: String, threads: NIOThreadPool) async throws {
    (file, size) = try await threads.runIfActive {
      let file = try StoredFile(path, O_RDONLY)
      return (file, try file.size())
    }
    self.threads = threads
  }

  func makeAsyncIterator() -> Iterator {
    Iterator(file: file, threads: threads, offset: 0)
  }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let file: StoredFile
    fileprivate let threads: NIOThreadPool
    fileprivate var offset: Int64

    mutating func next() async throws -> ByteBuffer? {
      let bytes = try await threads.runIfActive { [file, offset] in
        try file.read(at: offset, count: 256 << 10)
      }
      offset += Int64(bytes.count)
      return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
    }
  }
}
