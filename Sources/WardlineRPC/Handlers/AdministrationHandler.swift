import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// The server as those see it who run it.
struct AdministrationHandler: AdministrationAsyncService {
  let administration: Administration

  func statistics(
    _ request: StatisticsRequest,
    context: ServerContext
  ) async throws -> StatisticsResponse {
    let caller = try context.principal()
    let found = try await translated { () throws(ChatError) in
      try await administration.statistics(caller)
    }
    return StatisticsResponse(found.storage, subscriptions: found.subscriptionCount)
  }

  func listUsers(
    _ request: ListEverybodyRequest,
    context: ServerContext
  ) async throws -> ListEverybodyResponse {
    let caller = try context.principal()
    let role = try ChatModel.Role(field: "role", request.role)
    let limit = try pageLimit(request.limit, standard: 50, most: 200)
    let after = request.page.isEmpty ? nil : try UserID(field: "page", request.page)
    let page = try await translated { () throws(ChatError) in
      try await administration.users(role: role, after: after, limit: limit, caller)
    }
    return ListEverybodyResponse(
      users: page.items.map { .init($0) },
      nextPage: page.hasMore ? page.items.last?.id.rawValue ?? "" : ""
    )
  }

  func listConversations(
    _ request: ListAllConversationsRequest,
    context: ServerContext
  ) async throws -> ListAllConversationsResponse {
    let caller = try context.principal()
    let limit = try pageLimit(request.limit, standard: 50, most: 200)
    let after = request.page.isEmpty ? nil : try ConversationID(field: "page", request.page)
    let filter = OverviewFilter(
      participant: request.participantID.isEmpty
        ? nil : try UserID(field: "participant_id", request.participantID),
      type: request.type == .unspecified
        ? nil : try ChatModel.ConversationType(field: "type", request.type)
    )
    let page = try await translated { () throws(ChatError) in
      try await administration.conversations(filter, after: after, limit: limit, caller)
    }
    return ListAllConversationsResponse(
      conversations: page.items.map { .init($0) },
      nextPage: page.hasMore ? page.items.last?.conversation.id.description ?? "" : ""
    )
  }

  func backup(_ request: BackupRequest, context: ServerContext) async throws -> BackupResponse {
    let caller = try context.principal()
    let key = try idempotencyKey(request.idempotencyKey)
    let report = try await translated { () throws(ChatError) in
      try await administration.backup(key: key, caller)
    }
    return BackupResponse(
      name: report.name,
      madeAtMs: report.madeAt.milliseconds,
      bytes: report.bytes,
      files: Int64(report.fileCount),
      position: report.head.position.rawValue
    )
  }
}
