import ChatModel
import ChatRepository
import Testing

/// Short ways to give patients into care.
extension Clinic {
  /// Another dietitian than `lindqvist`.
  func secondDietitian() async throws -> UserID {
    let id = try #require(UserID("dr-moreau"))
    _ = try await repository.write(
      PutUser(id: id, displayName: "The \(id)", role: .dietitian),
      WriteContext(actor: id, now: Self.start)
    )
    return id
  }

  @discardableResult
  func assign(
    _ patient: UserID,
    to professional: UserID,
    key: String? = nil,
    at seconds: Int = 0
  ) async throws -> AssignedCare {
    try await repository.write(
      AssignCare(patient: patient, professional: professional),
      try administrator(key, at: seconds)
    )
  }

  @discardableResult
  func handOver(
    _ patient: UserID,
    from: UserID,
    to: UserID,
    note: String? = nil,
    key: String? = nil,
    at seconds: Int = 0
  ) async throws -> AssignedCare {
    var context = try administrator(key, at: seconds)
    context.actor = from
    context.isAdministrator = false
    return try await repository.write(
      HandOverCare(patient: patient, role: .dietitian, to: to, note: note),
      context
    )
  }

  /// Sends a message of the patient to whoever is the dietitian.
  @discardableResult
  func sendToDietitian(
    _ content: String,
    from patient: UserID,
    key: String? = nil,
    at seconds: Int = 0
  ) async throws -> AppendedMessage {
    var context = try administrator(key, at: seconds)
    context.actor = patient
    context.isAdministrator = false
    return try await repository.write(
      AppendMessage(destination: .assigned(.dietitian), content: content),
      context
    )
  }

  func administrator(_ key: String? = nil, at seconds: Int = 0) throws -> WriteContext {
    WriteContext(
      actor: try #require(UserID("root")),
      isAdministrator: true,
      key: try key.map { try #require(IdempotencyKey($0)) },
      now: Self.time(seconds)
    )
  }

  /// What the log holds is what commits told of.
  func expectToldEvents(of users: UserID...) async throws {
    for user in users {
      let told = told.events.filter { $0.audience.contains(user) }
      #expect(try await events(of: user) == told)
    }
  }
}
