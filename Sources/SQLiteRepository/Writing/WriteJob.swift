import ChatModel
import ChatRepository

/// Hands one answer to the caller who waits for it.
typealias Answer = @Sendable () -> Void

/// A write that waits for its turn, without the type of its outcome.
struct WriteJob: Sendable {
  /// Runs an intent; throws `ChatError` before it has changed anything, if a rule forbids it.
  typealias Perform = @Sendable (WriteTransaction) throws -> Answer

  /// The record of a call that changes nothing.
  struct Record: Sendable {
    let entry: AuditEntry
    let outcome: String
    let time: Timestamp
  }

  enum Work: Sendable {
    case change(WriteContext, Perform)
    case record(Record, Answer)
  }

  let work: Work

  /// Of a call that changes nothing; nil for a change.
  var record: Record? {
    if case .record(let record, _) = work { record } else { nil }
  }

  let executor: any CompletionExecutor
  /// How full the line may be for it to be let in, in quarters. Calls of nobody must not keep others
  /// from reading, nor readers keep others from writing.
  let quarters: Int
  let fail: @Sendable (ChatError) -> Answer

  init<Outcome: Sendable>(
    _ context: WriteContext,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Outcome, ChatError>) -> Void,
    _ perform: @escaping @Sendable (WriteTransaction) throws -> Outcome
  ) {
    self.executor = executor
    quarters = 4
    work = .change(context) { transaction in
      let outcome = try perform(transaction)
      return { completion(.success(outcome)) }
    }
    fail = { error in { completion(.failure(error)) } }
  }

  init(
    _ record: Record,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Void, ChatError>) -> Void
  ) {
    self.executor = executor
    quarters = record.entry.call.user == nil ? 1 : 3
    work = .record(record) { completion(.success(())) }
    fail = { error in { completion(.failure(error)) } }
  }
}

/// The answers of a batch, by the executor on which they run.
struct AnswerGroups {
  private var groups: [(executor: any CompletionExecutor, answers: [Answer])] = []

  mutating func add(_ answer: @escaping Answer, on executor: any CompletionExecutor) {
    // As many executors as event loops: a search is shorter than a dictionary.
    if let index = groups.firstIndex(where: { $0.executor === executor }) {
      groups[index].answers.append(answer)
    } else {
      groups.append((executor, [answer]))
    }
  }

  /// One hop to each executor.
  func deliver() {
    for group in groups {
      let answers = group.answers
      group.executor.execute { for answer in answers { answer() } }
    }
  }
}
