import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension CareTeamsHandler {
  func get(
    _ request: GetCareTeamRequest,
    context: ServerContext
  ) async throws -> GetCareTeamResponse {
    let caller = try context.principal()
    let patient = try optionalPatient(request.patientID)
    let team = try await translated { () throws(ChatError) in
      try await careTeams.team(of: patient, caller)
    }
    return GetCareTeamResponse(team.patient, team.members)
  }

  func history(
    _ request: CareHistoryRequest,
    context: ServerContext
  ) async throws -> CareHistoryResponse {
    let caller = try context.principal()
    let patient = try optionalPatient(request.patientID)
    let limit = try pageLimit(request.limit, standard: 50, most: 200)
    let skipping = try rowsBefore(request.page)
    let page = try await translated { () throws(ChatError) in
      try await careTeams.history(of: patient, skipping: skipping, limit: limit, caller)
    }
    return CareHistoryResponse(
      assignments: page.items.map { .init($0) },
      nextPage: page.hasMore ? "\(skipping + page.items.count)" : ""
    )
  }

  func patients(
    _ request: ListPatientsRequest,
    context: ServerContext
  ) async throws -> ListPatientsResponse {
    let caller = try context.principal()
    let limit = try pageLimit(request.limit, standard: 50, most: 200)
    let after = request.page.isEmpty ? nil : try UserID(field: "page", request.page)
    let page = try await translated { () throws(ChatError) in
      try await careTeams.patients(
        includingPast: !request.assignedOnly,
        after: after,
        limit: limit,
        caller
      )
    }
    return ListPatientsResponse(
      patients: page.items.map { .init($0) },
      nextPage: page.hasMore ? page.items.last?.patient.id.rawValue ?? "" : ""
    )
  }

  func supportConversation(
    _ request: SupportConversationRequest,
    context: ServerContext
  ) async throws -> SupportConversationResponse {
    let caller = try context.principal()
    let patient = try optionalPatient(request.patientID)
    let role = try ChatModel.Role(field: "care_role", request.careRole)
    let key = try idempotencyKey(request.idempotencyKey)
    let contact = try await translated { () throws(ChatError) in
      try await careTeams.supportConversation(
        of: patient,
        role,
        create: request.create,
        key: key,
        caller
      )
    }
    return SupportConversationResponse(contact)
  }

  /// Nil for an empty text, which means the caller.
  private func optionalPatient(_ id: String) throws(RPCError) -> UserID? {
    id.isEmpty ? nil : try UserID(field: "patient_id", id)
  }

  private func rowsBefore(_ page: String) throws(RPCError) -> Int {
    if page.isEmpty { return 0 }
    guard let rows = Int(page), rows > 0 else {
      throw .invalid("page", "must be the next_page of the page before")
    }
    return rows
  }
}
