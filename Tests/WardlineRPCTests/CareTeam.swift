import WardlineAPI

/// A patient, two dietitians, a doctor and an admin.
struct CareTeam {
  let clinic: Clinic
  let amara: Person
  let lind: Person
  let moreau: Person
  let doctor: Person
  let admin: Person

  static func with(_ body: (CareTeam) async throws -> Void) async throws {
    try await Clinic.with { clinic in
      try await body(
        CareTeam(
          clinic: clinic,
          amara: try await clinic.person("amara", "patient"),
          lind: try await clinic.person("lind", "dietitian"),
          moreau: try await clinic.person("moreau", "dietitian"),
          doctor: try await clinic.person("doctor", "doctor"),
          admin: try await clinic.person("root", "admin")
        )
      )
    }
  }

  @discardableResult
  func assign(_ professional: Person, key: String = "") async throws -> AssignCareResponse {
    try await admin.careTeams.assign(
      AssignCareRequest(
        patientID: amara.id,
        professionalID: professional.id,
        idempotencyKey: key
      )
    )
  }

  @discardableResult
  func sendToDietitian(_ content: String, key: String = "") async throws -> SendMessageResponse {
    try await amara.messages.send(
      SendMessageRequest(to: .careRole(.dietitian), content: content, idempotencyKey: key)
    )
  }
}
