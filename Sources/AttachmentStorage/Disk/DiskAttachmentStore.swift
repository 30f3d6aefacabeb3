import ChatModel
import ChatService
public import Logging
public import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Attachments in a folder of this machine.
///
/// All that blocks runs on a pool of threads. One server uses a folder: the lock of the repository
/// that the attachments belong to sees to it.
public final class DiskAttachmentStore: Sendable {
  let folder: StoreFolder
  private let threads: NIOThreadPool
  private let logger: Logger

  /// Opens a store, and makes its folder if it is not there yet. Blocks until it is ready.
  ///
  /// - Parameters:
  ///   - folder: its parent must be there.
  ///   - threads: on which files are read and written.
  /// - Throws: `AttachmentStoreOpenError`, which says what to do.
  public init(
    folder: String,
    threads: NIOThreadPool = .singleton,
    logger: Logger = Logger(label: "wardline.attachments")
  ) throws(AttachmentStoreOpenError) {
    self.folder = StoreFolder(root: folder)
    self.threads = threads
    self.logger = logger
    do throws(DiskError) {
      try self.folder.prepare()
    } catch {
      let reason = strerror(error.number).map { String(cString: $0) } ?? "error \(error.number)"
      throw AttachmentStoreOpenError(
        "the folder \(folder) cannot be used for attachments: \(reason)"
      )
    }
  }

  /// Runs `body` on a thread that may block.
  func run<Outcome: Sendable>(
    _ body: @escaping @Sendable (StoreFolder) throws -> Outcome
  ) async throws(ChatError) -> Outcome {
    do {
      return try await threads.runIfActive { [folder] in try body(folder) }
    } catch let error as ChatError {
      throw error
    } catch let error as DiskError {
      logger.error(
        "a file of an attachment could not be used",
        metadata: ["call": "\(error.call)", "errno": "\(error.number)"]
      )
      throw error.answer
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw .unavailable
    }
  }
}

/// Why a store cannot be opened, and what to do.
public struct AttachmentStoreOpenError: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
