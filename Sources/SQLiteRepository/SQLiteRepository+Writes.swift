public import ChatModel
public import ChatRepository

extension SQLiteRepository: ChatRepository {
  public func append(
    _ intent: AppendMessage,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<AppendedMessage, ChatError>) -> Void
  ) {
    writes.submit(WriteJob(on: executor, completion: completion) { try $0.append(intent) })
  }

  public func createConversation(
    _ intent: CreateConversation,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<CreatedConversation, ChatError>) -> Void
  ) {
    writes.submit(
      WriteJob(on: executor, completion: completion) { try $0.createConversation(intent) }
    )
  }

  public func moveWatermark(
    _ intent: MoveWatermark,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<WatermarkState, ChatError>) -> Void
  ) {
    writes.submit(WriteJob(on: executor, completion: completion) { try $0.moveWatermark(intent) })
  }

  public func putUser(
    _ intent: PutUser,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<User, ChatError>) -> Void
  ) {
    writes.submit(WriteJob(on: executor, completion: completion) { try $0.putUser(intent) })
  }

  public func deactivateUser(
    _ intent: DeactivateUser,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<User, ChatError>) -> Void
  ) {
    writes.submit(WriteJob(on: executor, completion: completion) { try $0.deactivateUser(intent) })
  }
}
