import Hummingbird
import WardlineAPI

extension Routes {
  /// The caller, and whom the caller may write to.
  static let me: [Route] = [
    .object(.get, "/api/me", "Who is calling", Shapes.principal) { call in
      let response = try await call.api.session.whoAmI(WhoAmIRequest(), options: call.options)
      guard let principal = response.principal else { throw Problem.internalError }
      return principal
    },
    .object(
      .post,
      "/api/session/revoke",
      "End the session: the token is refused from now on",
      Shapes.revocation
    ) { call in
      let request = RevokeRequest(idempotencyKey: call.idempotencyKey)
      return try await call.api.session.revoke(request, options: call.options)
    },
    .object(
      .get,
      "/api/users",
      "Whom the caller may write to",
      query: [
        .limit(), .next(.userID), RequestField("User_Type", .words(Role.words), as: "role"),
      ],
      Shapes.user.page()
    ) { call in
      let request = ListUsersRequest(
        limit: call.query.small("limit"),
        page: call.query.text("after"),
        role: call.query.word("User_Type")
      )
      let response = try await call.api.users.list(request, options: call.options)
      return Page(response.users, next: response.nextPage)
    },
    .object(.get, "/api/users/:userId", "One user", Shapes.user) { call in
      let request = GetUserRequest(userID: call.parameter("userId"))
      guard let user = try await call.api.users.get(request, options: call.options).user else {
        throw Problem.internalError
      }
      return user
    },
    .object(
      .get,
      "/api/presence",
      "Who of some users can be reached",
      query: [.required("User_ids", .items(.userID, 1...200, isDistinct: false))],
      Shapes.presence.list()
    ) { call in
      let request = GetPresenceRequest(userIDs: call.query.texts("User_ids"))
      return try await call.api.presence.get(request, options: call.options).presences
    },
    .object(
      .put,
      "/api/presence",
      "How the caller can be reached",
      body: .fields([
        .required("Status", .words(PresenceStatus.words)),
        RequestField("Status_text", .form(.optionalLine)),
        RequestField("Status_ends_at", .nullable(.moment), as: "status_ends_at_ms"),
      ]),
      Shapes.ownPresence
    ) { call in
      let request = SetPresenceRequest(
        status: call.body.word("Status"),
        statusText: call.body.text("Status_text"),
        statusEndsAtMs: call.body.time("Status_ends_at"),
        idempotencyKey: call.idempotencyKey
      )
      return try await call.api.presence.set(request, options: call.options)
    },
    .done(
      .post,
      "/api/presence/heartbeat",
      "Keep the caller online for a while",
      body: .optionalFields([
        RequestField("Ttl_ms", .integer(5_000...300_000)),
        RequestField("Device_id", .form(.device)),
        RequestField("Leaving", .boolean),
      ])
    ) { call in
      let request = PresenceHeartbeatRequest(
        ttlMs: call.body.small("Ttl_ms"),
        deviceID: call.body.text("Device_id"),
        leaving: call.body.flag("Leaving")
      )
      _ = try await call.api.presence.heartbeat(request, options: call.options)
    },
  ]
}
