import ChatModel
import Synchronization

/// Who goes on with which upload: the latest who asked.
///
/// A client whose connection broke comes back before the server knows that it broke; its old call
/// must not put bytes between those of the new one.
final class UploadTurns: Sendable {
  /// The right to go on with an upload, until somebody else gets it.
  struct Ticket: Hashable, Sendable {
    fileprivate let number: UInt64
  }

  private struct State {
    var last: UInt64 = 0
    var current: [AttachmentID: Ticket] = [:]
  }

  private let state = Mutex(State())
  private let turns = Turns<AttachmentID>()

  /// Runs `body` while nobody else does anything to this upload.
  func take<Outcome>(
    _ upload: AttachmentID,
    _ body: () async throws(ChatError) -> Outcome
  ) async throws(ChatError) -> Outcome {
    try await turns.take(upload, body)
  }

  /// The same for a ticket that is still good.
  ///
  /// - Throws: `upload(.takenOver)` when it is not.
  func take<Outcome>(
    _ upload: AttachmentID,
    _ ticket: Ticket,
    _ body: () async throws(ChatError) -> Outcome
  ) async throws(ChatError) -> Outcome {
    try await turns.take(upload) { () async throws(ChatError) -> Outcome in
      guard state.withLock({ $0.current[upload] == ticket }) else {
        throw .upload(.takenOver)
      }
      return try await body()
    }
  }

  /// A new ticket, which makes the one before it worthless.
  func begin(_ upload: AttachmentID) -> Ticket {
    state.withLock { state in
      state.last += 1
      let ticket = Ticket(number: state.last)
      state.current[upload] = ticket
      return ticket
    }
  }

  /// Nobody goes on with the upload until the next `begin`.
  func end(_ upload: AttachmentID) {
    state.withLock { $0.current[upload] = nil }
  }

  /// Gives a ticket back, unless it is worthless by now.
  func end(_ upload: AttachmentID, _ ticket: Ticket) {
    state.withLock { state in
      if state.current[upload] == ticket { state.current[upload] = nil }
    }
  }
}
