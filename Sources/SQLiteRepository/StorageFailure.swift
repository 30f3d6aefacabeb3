import ChatModel
import GRDB

/// What a failure of the storage means for the write that met it, and for those to come.
enum StorageFailure {
  /// One write of a batch broke a constraint: the others may still succeed.
  case constraint
  /// The batch failed and left nothing behind; later ones may succeed.
  case passing(ChatError)
  /// It is not known what is on disk, or it is damaged: no write may follow until the database is
  /// opened anew. After a failed sync the kernel may have dropped pages that look written.
  case lasting(ChatError)

  init(_ error: any Error) {
    guard let error = error as? DatabaseError else {
      self = error is DamagedRow ? .lasting(.dataLoss) : .passing(.internal)
      return
    }
    // The index of the log in shared memory could not grow: a full disk in another guise.
    if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE {
      self = .passing(.resourceExhausted)
      return
    }
    self =
      switch error.resultCode {
      case .SQLITE_CONSTRAINT: .constraint
      case .SQLITE_FULL, .SQLITE_NOMEM, .SQLITE_TOOBIG: .passing(.resourceExhausted)
      // MISUSE is how GRDB says that the connection was closed.
      case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_INTERRUPT, .SQLITE_ABORT, .SQLITE_MISUSE:
        .passing(.unavailable)
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .lasting(.dataLoss)
      case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PROTOCOL:
        .lasting(.unavailable)
      default: .passing(.internal)
      }
  }

  /// What the caller is told.
  var answer: ChatError {
    switch self {
    case .constraint: .internal
    case .passing(let error), .lasting(let error): error
    }
  }
}
