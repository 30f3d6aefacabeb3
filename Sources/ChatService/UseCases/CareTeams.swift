public import ChatModel
public import ChatRepository

/// Who cares for which patient.
public struct CareTeams: Sendable {
  let repository: any ChatRepository
  let limits: ChatLimits
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    limits: ChatLimits,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.limits = limits
    self.now = now
  }

  /// Gives a patient into the care of a professional, in place of whoever has the same role.
  ///
  /// - Throws: `notFound(.user)`, `invalidArgument` for a professional who gives no care.
  public func assign(
    _ patient: UserID,
    to professional: UserID,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> AssignedCare {
    let intent = AssignCare(patient: patient, professional: professional)
    return try await write(intent, .assignCare, key, caller)
  }

  /// Ends an assignment without another one in its place.
  ///
  /// - Throws: `notFound(.user)`, `failedPrecondition(.noAssignment)`.
  public func unassign(
    _ patient: UserID,
    _ role: Role,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> CareAssignment {
    try check(role)
    return try await write(UnassignCare(patient: patient, role: role), .unassignCare, key, caller)
  }

  /// Gives a patient of the caller's to somebody else of the same role, with their conversation.
  ///
  /// - Parameter role: nil means the caller's own, or that of the successor when the caller gives no
  ///   care.
  /// - Throws: `notFound(.assignment)` when the patient is not in the caller's care,
  ///   `notFound(.user)`, `failedPrecondition`, `invalidArgument`.
  public func handOver(
    _ patient: UserID,
    _ role: Role?,
    to professional: UserID,
    note: String,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> AssignedCare {
    try Policy.demand(.handOverCare, caller)
    let role = try await handedOver(role, to: professional, caller)
    if !note.isEmpty { try limits.validate(note: note) }
    let intent = HandOverCare(
      patient: patient,
      role: role,
      to: professional,
      note: note.isEmpty ? nil : note
    )
    return try await write(intent, .handOverCare, key, caller)
  }

  /// The role in which a patient is handed over.
  private func handedOver(
    _ said: Role?,
    to professional: UserID,
    _ caller: Principal
  ) async throws(ChatError) -> Role {
    if let said {
      try check(said)
      return said
    }
    if caller.role.givesCare { return caller.role }
    guard let successor = try await repository.user(professional) else { throw .notFound(.user) }
    guard successor.role.givesCare else { throw .failedPrecondition(.givesNoCare) }
    return successor.role
  }

  func write<Intent: WriteIntent>(
    _ intent: Intent,
    _ operation: Operation,
    _ key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Intent.Outcome {
    try Policy.demand(operation, caller)
    return try await repository.write(intent, caller.context(of: operation, key, now: now()))
  }

  func check(_ role: Role) throws(ChatError) {
    guard role.givesCare else {
      throw .invalidArgument(
        field: "care_role",
        message: "must be doctor, dietitian, pharmacist or nurse"
      )
    }
  }
}
