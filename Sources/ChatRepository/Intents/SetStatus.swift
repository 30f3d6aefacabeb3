public import ChatModel

/// The wish of the actor to be shown with this status, until it is changed or ends.
///
/// Fails with `invalidArgument` when its end has passed.
public struct SetStatus: WriteIntent {
  public static let operation = "Presence/Set"

  /// Its text is already checked against `ChatLimits`.
  public var note: StatusNote

  public init(note: StatusNote) {
    self.note = note
  }

  public func apply(to transaction: some ChatTransaction) throws -> StatusNote {
    try transaction.setStatus(self)
  }
}
