import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// The people of the clinic.
struct UsersHandler: UsersAsyncService {
  let users: Users
  let sessions: Sessions

  func get(_ request: GetUserRequest, context: ServerContext) async throws -> GetUserResponse {
    let caller = try context.principal()
    let id = try UserID(field: "user_id", request.userID)
    let user = try await translated { () throws(ChatError) in try await users.get(id, caller) }
    return GetUserResponse(user: .init(user))
  }

  func list(_ request: ListUsersRequest, context: ServerContext) async throws -> ListUsersResponse {
    let caller = try context.principal()
    let role = try ChatModel.Role(field: "role", request.role)
    let limit = try pageLimit(request.limit, standard: 50, most: 200)
    let after = request.page.isEmpty ? nil : try UserID(field: "page", request.page)
    let page = try await translated { () throws(ChatError) in
      try await users.list(role: role, after: after, limit: limit, caller)
    }
    return ListUsersResponse(
      users: page.items.map { .init($0) },
      nextPage: page.hasMore ? page.items.last?.id.rawValue ?? "" : ""
    )
  }

  func put(_ request: PutUserRequest, context: ServerContext) async throws -> PutUserResponse {
    let caller = try context.principal()
    let id = try UserID(field: "user_id", request.userID)
    guard let role = try ChatModel.Role(field: "role", request.role) else {
      throw RPCError.invalid("role", "must be given")
    }
    let key = try idempotencyKey(request.idempotencyKey)
    let user = try await translated { () throws(ChatError) in
      try await users.put(
        id,
        displayName: request.displayName,
        role: role,
        isActive: !request.deactivated,
        key: key,
        caller
      )
    }
    return PutUserResponse(user: .init(user))
  }

  func revokeTokens(
    _ request: RevokeTokensRequest,
    context: ServerContext
  ) async throws -> RevokeTokensResponse {
    let caller = try context.principal()
    let id = try UserID(field: "user_id", request.userID)
    let key = try idempotencyKey(request.idempotencyKey)
    let revokedAt = try await translated { () throws(ChatError) in
      try await sessions.revokeTokens(of: id, key: key, caller)
    }
    return RevokeTokensResponse(revokedAtMs: revokedAt.milliseconds)
  }
}
