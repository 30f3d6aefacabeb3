import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Keeps a second server from using the same folder.
///
/// The kernel lets go of the lock when the process ends, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Mutex<Int32?>

  init(_ configuration: SQLiteConfiguration) throws {
    let descriptor = try DataFolder.openFile(
      configuration.lockPath,
      O_RDWR | O_CREAT | O_CLOEXEC
    )
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw RepositoryOpenError.alreadyInUse(folder: configuration.folder)
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// Lets another server in. Calling it again does nothing.
  func release() {
    descriptor.withLock { held in
      if let descriptor = held {
        // To close is not enough: a program that another thread is just starting has the descriptor
        // too, until its own code takes over.
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      held = nil
    }
  }
}
