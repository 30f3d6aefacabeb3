public import ChatModel
import Synchronization

/// A call on its way into the audit, where it is to have exactly one record.
///
/// Whoever writes the record takes the entry first, so that a call that writes twice, or whose caller
/// gives up while it runs, has one record all the same.
public final class AuditEntry: Sendable {
  private enum Phase {
    case open
    /// The record is in a transaction that has not been committed.
    case taken
    case recorded
  }

  private struct State {
    var call: AuditedCall
    var phase = Phase.open
    var hasBegun = false
  }

  private let state: Mutex<State>

  public init(_ call: AuditedCall) {
    state = Mutex(State(call: call))
  }

  /// What is known of the call until now.
  public var call: AuditedCall { state.withLock { $0.call } }

  /// More is known of the call.
  public func change(_ body: (inout AuditedCall) -> Void) {
    state.withLock { body(&$0.call) }
  }

  /// The handler of the call is about to run, and will say how the call ends.
  public func begin(subject: String) {
    state.withLock { state in
      if !subject.isEmpty { state.call.subject = subject }
      state.hasBegun = true
    }
  }

  /// Whether a handler has been given the call.
  public var hasBegun: Bool { state.withLock { $0.hasBegun } }

  /// Whether the record is durable.
  public var isRecorded: Bool { state.withLock { $0.phase == .recorded } }

  /// Takes the entry in order to write its record.
  ///
  /// - Returns: nil when somebody has done so.
  public func take() -> AuditedCall? {
    state.withLock { state in
      guard state.phase == .open else { return nil }
      state.phase = .taken
      return state.call
    }
  }

  /// The transaction of the record has ended.
  public func settle(isRecorded: Bool) {
    state.withLock { $0.phase = isRecorded ? .recorded : .open }
  }
}

extension AuditEntry: Hashable {
  public static func == (a: AuditEntry, b: AuditEntry) -> Bool { a === b }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
