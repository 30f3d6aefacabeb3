public import ChatModel
public import ChatRepository

extension SQLiteRepository: ChatRepository {
  public func write<Intent: WriteIntent>(
    _ intent: Intent,
    _ context: WriteContext,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Intent.Outcome, ChatError>) -> Void
  ) {
    writes.submit(
      WriteJob(context, on: executor, completion: completion) { try $0.perform(intent) }
    )
  }

  public func record(
    _ entry: AuditEntry,
    outcome: String,
    at now: Timestamp,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Void, ChatError>) -> Void
  ) {
    let record = WriteJob.Record(entry: entry, outcome: outcome, time: now)
    writes.submit(WriteJob(record, on: executor, completion: completion))
  }
}
