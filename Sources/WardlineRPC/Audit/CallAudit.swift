import ChatModel
import ChatRepository
import ChatService
import NIOCore
import ProtobufC
import RPC
import WardlineAPI

/// Sees to it that every call has its record before it has its answer.
struct CallAudit: Sendable {
  let trail: AuditTrail
  let completions: LoopCompletions
  /// What the requests of each method name.
  private let subjects: IdentityTable<AuditSubject>

  /// - Parameter signatures: every method with the type of its requests.
  init(
    _ trail: AuditTrail,
    _ completions: LoopCompletions,
    _ signatures: [(method: MethodDescriptor, input: MessageDescriptor)]
  ) {
    self.trail = trail
    self.completions = completions
    subjects = IdentityTable(signatures.map { (key: $0.method, value: AuditSubject($0.input)) })
  }

  /// What a message of that method names.
  func subject(of method: MethodDescriptor, _ message: ByteBuffer) -> String {
    guard let subject = subjects[ObjectIdentifier(method)] else { return "" }
    return message.withUnsafeReadableBytes { subject.words(in: $0.bytes) }
  }

  /// The method, with answers that wait for their records.
  func audited(_ method: ServerMethod) -> ServerMethod {
    let subject = subjects[ObjectIdentifier(method.descriptor)]
    return method.holdingAnswers { payload, context in
      let entry = context.auditEntry ?? AuditEntry(AuditedCall(context))
      entry.begin(subject: subject?.words(in: payload) ?? "")
      return AuditedAnswer(entry, self, context.eventLoop)
    }
  }

  /// Writes the record of a call that was refused.
  ///
  /// - Returns: what the caller is told.
  func refused(_ entry: AuditEntry, _ error: any Error, on loop: any EventLoop) async -> any Error {
    if trail.reads == .relaxed {
      note(entry, StatusCode(thrown: error), on: loop)
      return error
    }
    return await withCheckedContinuation { continuation in
      write(entry, StatusCode(thrown: error), on: loop) { failure in
        continuation.resume(returning: failure ?? error)
      }
    }
  }

  /// Writes a record for which nobody waits.
  func note(_ entry: AuditEntry, _ status: StatusCode, on loop: any EventLoop) {
    write(entry, status, on: loop) { _ in }
  }

  /// Writes the record of a call that has none.
  ///
  /// - Parameter completion: gets the error that takes the place of the answer, if there is one.
  fileprivate func write(
    _ entry: AuditEntry,
    _ status: StatusCode,
    on loop: any EventLoop,
    _ completion: @escaping @Sendable (RPCError?) -> Void
  ) {
    let executor = completions.executor(of: loop)
    trail.record(entry, outcome: status.description, on: executor) { result in
      switch result {
      case .success: completion(nil)
      // A call that failed for the same reason is told so in its own words.
      case .failure: completion(status.isOfStorage ? nil : .noAudit)
      }
    }
  }
}

/// The answer of one call, held until the call has its record.
private final class AuditedAnswer: AnswerHold {
  private let entry: AuditEntry
  private let audit: CallAudit
  private let loop: any EventLoop

  init(_ entry: AuditEntry, _ audit: CallAudit, _ loop: any EventLoop) {
    self.entry = entry
    self.audit = audit
    self.loop = loop
  }

  func mayAnswer(_ error: (any Error)?, _ go: @escaping @Sendable (RPCError?) -> Void) -> Bool {
    // The transaction of a change has written it.
    if entry.isRecorded { return true }
    let status = error.map { StatusCode(thrown: $0) } ?? .ok
    if audit.trail.reads == .relaxed {
      audit.note(entry, status, on: loop)
      return true
    }
    audit.write(entry, status, on: loop, go)
    return false
  }
}

extension RPCError {
  static let noAudit = RPCError(
    .unavailable,
    "the call could not be recorded in the audit, so it is not answered; try again"
  )
}

extension StatusCode {
  /// The status that the transport gives an error.
  init(thrown error: any Error) {
    switch error {
    case let error as RPCError: self = error.code
    case let error as ProtobufDecodingError:
      self = error.reason == .budgetExceeded ? .resourceExhausted : .invalidArgument
    case is CancellationError: self = .cancelled
    default: self = .internal
    }
  }

  /// Whether it may be storage that fails.
  fileprivate var isOfStorage: Bool {
    switch self {
    case .unavailable, .resourceExhausted, .dataLoss, .internal: true
    default: false
    }
  }
}
