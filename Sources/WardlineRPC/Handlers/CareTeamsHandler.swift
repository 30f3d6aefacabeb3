import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// Who cares for which patient: what changes it.
struct CareTeamsHandler: CareTeamsAsyncService {
  let careTeams: CareTeams

  func assign(
    _ request: AssignCareRequest,
    context: ServerContext
  ) async throws -> AssignCareResponse {
    let caller = try context.principal()
    let patient = try UserID(field: "patient_id", request.patientID)
    let professional = try UserID(field: "professional_id", request.professionalID)
    let key = try idempotencyKey(request.idempotencyKey)
    let assigned = try await translated { () throws(ChatError) in
      try await careTeams.assign(patient, to: professional, key: key, caller)
    }
    return AssignCareResponse(
      assignment: .init(assigned.begun),
      ended: assigned.ended.map { .init($0) }
    )
  }

  func unassign(
    _ request: UnassignCareRequest,
    context: ServerContext
  ) async throws -> UnassignCareResponse {
    let caller = try context.principal()
    let patient = try UserID(field: "patient_id", request.patientID)
    guard let role = try ChatModel.Role(field: "care_role", request.careRole) else {
      throw RPCError.invalid("care_role", "must be given")
    }
    let key = try idempotencyKey(request.idempotencyKey)
    let ended = try await translated { () throws(ChatError) in
      try await careTeams.unassign(patient, role, key: key, caller)
    }
    return UnassignCareResponse(ended: .init(ended))
  }

  func handOver(
    _ request: HandOverCareRequest,
    context: ServerContext
  ) async throws -> HandOverCareResponse {
    let caller = try context.principal()
    let patient = try UserID(field: "patient_id", request.patientID)
    let role = try ChatModel.Role(field: "care_role", request.careRole)
    let successor = try UserID(field: "to_professional_id", request.toProfessionalID)
    let key = try idempotencyKey(request.idempotencyKey)
    let handedOver = try await translated { () throws(ChatError) in
      try await careTeams.handOver(
        patient,
        role,
        to: successor,
        note: request.note,
        key: key,
        caller
      )
    }
    return HandOverCareResponse(
      assignment: .init(handedOver.begun),
      ended: handedOver.ended.map { .init($0) }
    )
  }
}
