import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension ConversationsHandler {
  func addParticipants(
    _ request: AddParticipantsRequest,
    context: ServerContext
  ) async throws -> AddParticipantsResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    let users = try userIDs(field: "user_ids", request.userIDs)
    let role = try ChatModel.ParticipantRole(
      field: "participant_role",
      request.participantRole,
      unspecified: .member
    )
    let key = try idempotencyKey(request.idempotencyKey)
    let added = try await translated { () throws(ChatError) in
      try await conversations.addParticipants(users, as: role, to: id, key: key, caller)
    }
    return AddParticipantsResponse(participants: added.map { .init($0) })
  }

  func removeParticipant(
    _ request: RemoveParticipantRequest,
    context: ServerContext
  ) async throws -> RemoveParticipantResponse {
    let user = try UserID(field: "user_id", request.userID)
    let removed = try await remove(user, request.conversationID, request.idempotencyKey, context)
    return RemoveParticipantResponse(
      senderID: removed.participantID.description,
      leftAtMs: removed.leftAt.milliseconds
    )
  }

  func leave(
    _ request: LeaveConversationRequest,
    context: ServerContext
  ) async throws -> LeaveConversationResponse {
    let user = try context.principal().userID
    let removed = try await remove(user, request.conversationID, request.idempotencyKey, context)
    return LeaveConversationResponse(
      senderID: removed.participantID.description,
      leftAtMs: removed.leftAt.milliseconds
    )
  }

  private func remove(
    _ user: UserID,
    _ conversation: String,
    _ key: String,
    _ context: ServerContext
  ) async throws -> RemovedParticipant {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", conversation)
    let key = try idempotencyKey(key)
    return try await translated { () throws(ChatError) in
      try await conversations.removeParticipant(user, from: id, key: key, caller)
    }
  }

  func setParticipantRole(
    _ request: SetParticipantRoleRequest,
    context: ServerContext
  ) async throws -> SetParticipantRoleResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    let user = try UserID(field: "user_id", request.userID)
    let role = try ChatModel.ParticipantRole(
      field: "participant_role",
      request.participantRole,
      unspecified: nil
    )
    let key = try idempotencyKey(request.idempotencyKey)
    let set = try await translated { () throws(ChatError) in
      try await conversations.setRole(role, of: user, in: id, key: key, caller)
    }
    return SetParticipantRoleResponse(
      senderID: set.participantID.description,
      participantRole: .init(set.role)
    )
  }
}
