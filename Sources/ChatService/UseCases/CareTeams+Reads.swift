public import ChatModel
public import ChatRepository

extension CareTeams {
  /// Who cares for a patient.
  ///
  /// - Parameter patient: nil means the caller.
  /// - Throws: `notFound(.assignment)` to whom it does not concern.
  public func team(
    of patient: UserID?,
    _ caller: Principal
  ) async throws(ChatError) -> (patient: UserID, members: [CareTeamMember]) {
    let patient = patient ?? caller.userID
    return (patient, try await visibleTeam(of: patient, .getCareTeam, caller))
  }

  /// All assignments of a patient, the oldest first, without the first `skipping`.
  ///
  /// - Throws: as `team`.
  public func history(
    of patient: UserID?,
    skipping: Int,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> Page<CareTeamMember> {
    let patient = patient ?? caller.userID
    _ = try await visibleTeam(of: patient, .careHistory, caller)
    return try await repository.careHistory(of: patient, skipping: skipping, limit: limit)
  }

  private func visibleTeam(
    of patient: UserID,
    _ operation: Operation,
    _ caller: Principal
  ) async throws(ChatError) -> [CareTeamMember] {
    try Policy.demand(operation, caller)
    let team = try await repository.careTeam(of: patient)
    if patient == caller.userID { return team }
    if Policy.rules[operation]?.administrators.contains(caller.role) ?? false {
      guard try await repository.user(patient)?.role == .patient else { throw .notFound(.user) }
      return team
    }
    guard team.contains(where: { $0.professional.id == caller.userID }) else {
      throw .notFound(.assignment)
    }
    return team
  }

  /// The caller's patients, those of before too where the policy keeps them.
  public func patients(
    includingPast: Bool,
    after: UserID?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> Page<PatientInCare> {
    try Policy.demand(.listPatients, caller)
    return try await repository.carePatients(
      of: caller.userID,
      includingPast: includingPast && Policy.rememberPatients.contains(caller.role),
      after: after,
      limit: limit
    )
  }

  /// Who cares for a patient in a role, and the support conversation of the two.
  ///
  /// - Parameters:
  ///   - patient: nil means the caller.
  ///   - role: nil means the caller's own, to a patient the dietitian.
  ///   - create: whether the conversation begins now if there is none.
  /// - Throws: `notFound(.assignment)` while nobody is assigned, and to everybody but the two.
  public func supportConversation(
    of patient: UserID?,
    _ role: Role?,
    create: Bool,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> SupportContact {
    try Policy.demand(.supportConversation, caller)
    let patient = patient ?? caller.userID
    let role = role ?? (caller.role == .patient ? .dietitian : caller.role)
    try check(role)
    if create {
      let intent = OpenSupportConversation(patient: patient, role: role)
      _ = try await write(intent, .supportConversation, key, caller)
    }
    let contact = try await repository.supportContact(of: patient, role: role, for: caller.userID)
    guard let contact, [patient, contact.member.professional.id].contains(caller.userID) else {
      throw .notFound(.assignment)
    }
    return contact
  }
}
