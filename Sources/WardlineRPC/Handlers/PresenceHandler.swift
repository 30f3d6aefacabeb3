import ChatModel
import ChatService
import RPC
import WardlineAPI

/// Who can be reached, and who is typing.
struct PresenceHandler: PresenceAsyncService {
  let presences: Presences

  func heartbeat(
    _ request: PresenceHeartbeatRequest,
    context: ServerContext
  ) async throws -> PresenceHeartbeatResponse {
    let caller = try context.principal()
    guard request.deviceID.utf8.count <= Self.deviceBytesMax else {
      throw RPCError.invalid("device_id", "must have at most \(Self.deviceBytesMax) bytes")
    }
    let timeToLive = try Self.timeToLive(request.ttlMs)
    try await translated { () throws(ChatError) in
      if request.leaving {
        try presences.leave(device: request.deviceID, caller)
      } else {
        try presences.heartbeat(device: request.deviceID, for: timeToLive, caller)
      }
    }
    return PresenceHeartbeatResponse()
  }

  private static func timeToLive(_ milliseconds: Int32) throws(RPCError) -> Duration {
    if milliseconds == 0 { return .seconds(60) }
    let timeToLive = Duration.milliseconds(milliseconds)
    guard Presences.timeToLiveRange.contains(timeToLive) else {
      throw .invalid("ttl_ms", "must be 5000 to 300000, or 0 for 60000")
    }
    return timeToLive
  }

  func get(
    _ request: GetPresenceRequest,
    context: ServerContext
  ) async throws -> GetPresenceResponse {
    let caller = try context.principal()
    guard (1...Self.usersMax).contains(request.userIDs.count) else {
      throw RPCError.invalid("user_ids", "must be 1 to \(Self.usersMax)")
    }
    let users = try request.userIDs.map { try UserID(field: "user_ids", $0) }
    let found = try await translated { () throws(ChatError) in
      try await presences.get(users, caller)
    }
    return GetPresenceResponse(presences: users.compactMap { found[$0].map { .init($0) } })
  }

  func set(
    _ request: SetPresenceRequest,
    context: ServerContext
  ) async throws -> SetPresenceResponse {
    let caller = try context.principal()
    guard let status = try ChatModel.PresenceStatus(field: "status", request.status) else {
      throw RPCError.invalid("status", "must be given")
    }
    let note = StatusNote(
      status,
      text: request.statusText,
      endsAt: request.statusEndsAtMs == 0
        ? nil : Timestamp(milliseconds: request.statusEndsAtMs)
    )
    let key = try idempotencyKey(request.idempotencyKey)
    let stored = try await translated { () throws(ChatError) in
      try await presences.set(note, key: key, caller)
    }
    return SetPresenceResponse(
      status: .init(stored.status),
      statusText: stored.text,
      statusEndsAtMs: stored.endsAt?.milliseconds ?? 0
    )
  }

  func typing(_ request: TypingRequest, context: ServerContext) async throws -> TypingResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    try await translated { () throws(ChatError) in
      try await presences.type(request.typing, in: id, caller)
    }
    return TypingResponse()
  }

  private static let usersMax = 200
  private static let deviceBytesMax = 64
}

extension ChatModel.PresenceStatus {
  /// nil for PRESENCE_STATUS_UNSPECIFIED.
  fileprivate init?(field: String, _ status: WardlineAPI.PresenceStatus) throws(RPCError) {
    switch status {
    case .unspecified: return nil
    case .available: self = .available
    case .away: self = .away
    case .doNotDisturb: self = .doNotDisturb
    case .outOfOffice: self = .outOfOffice
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a status")
    }
  }
}
