import Hummingbird
import WardlineAPI

extension Routes {
  /// Who takes part in a conversation.
  static let participants: [Route] = [
    .object(
      .get,
      "/api/conversations/:id/participants",
      "Who takes part",
      Shapes.participant.list()
    ) { call in
      let request = GetConversationRequest(conversationID: call.parameter("id"))
      let response = try await call.api.conversations.get(request, options: call.options)
      return try present(response.conversation).participants
    },
    .object(
      .post,
      "/api/conversations/:id/participants",
      "Add users",
      body: .fields([
        .required("User_ids", .distinct(.userID, atLeast: 1)),
        RequestField("Participant_role", .words(ParticipantRole.words)),
      ]),
      Shapes.participant.list()
    ) { call in
      let request = AddParticipantsRequest(
        conversationID: call.parameter("id"),
        userIDs: call.body.texts("User_ids"),
        participantRole: call.body.word("Participant_role"),
        idempotencyKey: call.idempotencyKey
      )
      return try await call.api.conversations.addParticipants(request, options: call.options)
        .participants
    },
    .object(
      .patch,
      "/api/conversations/:id/participants/:userId",
      "Change what a participant may do",
      body: .fields([.required("Participant_role", .words(ParticipantRole.words))]),
      Shapes.roleChange
    ) { call in
      let request = SetParticipantRoleRequest(
        conversationID: call.parameter("id"),
        userID: call.parameter("userId"),
        participantRole: call.body.word("Participant_role"),
        idempotencyKey: call.idempotencyKey
      )
      return try await call.api.conversations.setParticipantRole(request, options: call.options)
    },
    .object(
      .delete,
      "/api/conversations/:id/participants/:userId",
      "Remove a participant, or leave",
      Shapes.departure
    ) { try await $0.removeParticipant() },
    .object(
      .put,
      "/api/conversations/:id/mute",
      "Ask not to be disturbed",
      body: .fields([
        .required("Until", .nullable(.either(.moment, .words(["forever"]))), as: "until_ms")
      ]),
      Shapes.mute
    ) { call in
      let isForEver = call.body.text("Until") == "forever"
      let request = MuteConversationRequest(
        conversationID: call.parameter("id"),
        untilMs: isForEver ? .max : call.body.time("Until"),
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.conversations.mute(request, options: call.options)
      return Mute(conversationID: call.parameter("id"), untilMs: response.mutedUntilMs)
    },
    .done(
      .put,
      "/api/conversations/:id/typing",
      "Say that the caller types, or ceases to",
      body: .fields([.required("Typing", .boolean)])
    ) { call in
      let request = TypingRequest(
        conversationID: call.parameter("id"),
        typing: call.body.flag("Typing")
      )
      _ = try await call.api.presence.typing(request, options: call.options)
    },
  ]
}

extension RouteCall {
  /// Whoever names themselves leaves.
  fileprivate func removeParticipant() async throws -> Departure {
    let request = RemoveParticipantRequest(
      conversationID: parameter("id"),
      userID: parameter("userId"),
      idempotencyKey: idempotencyKey
    )
    let removed = try await api.conversations.removeParticipant(request, options: options)
    return Departure(senderID: removed.senderID, leftAtMs: removed.leftAtMs)
  }
}
