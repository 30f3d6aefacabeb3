import Hummingbird
import WardlineAPI

extension Routes {
  /// Who cares for which patient.
  static let care: [Route] = careReads + careChanges

  private static let patient = RequestField("Patient_id", .userID)
  private static let role = RequestField("Care_role", .careRole)

  private static let careReads: [Route] = [
    .object(
      .get,
      "/api/care-team",
      "Who cares for a patient",
      query: [patient],
      Shapes.careTeam
    ) { call in
      let request = GetCareTeamRequest(patientID: call.query.text("Patient_id"))
      return try await call.api.careTeams.get(request, options: call.options)
    },
    .object(
      .get,
      "/api/care-team/history",
      "Who has cared for a patient",
      query: [patient, .limit(), .next(.rowCount)],
      Shapes.careAssignment.page()
    ) { call in
      let request = CareHistoryRequest(
        patientID: call.query.text("Patient_id"),
        limit: call.query.small("limit"),
        page: call.query.text("after")
      )
      let response = try await call.api.careTeams.history(request, options: call.options)
      return Page(response.assignments, next: response.nextPage)
    },
    .object(
      .get,
      "/api/patients",
      "The patients of the caller",
      query: [.limit(), .next(.userID), RequestField("Assigned_only", .boolean)],
      Shapes.carePatient.page()
    ) { call in
      let request = ListPatientsRequest(
        limit: call.query.small("limit"),
        page: call.query.text("after"),
        assignedOnly: call.query.flag("Assigned_only")
      )
      let response = try await call.api.careTeams.patients(request, options: call.options)
      return Page(response.patients, next: response.nextPage)
    },
  ]

  private static let careChanges: [Route] = [
    .object(
      .post,
      "/api/care-team/support",
      "The conversation of a patient with the professional who is assigned",
      body: .optionalFields([role, patient, RequestField("Create", .boolean)]),
      Shapes.support
    ) { call in
      let request = SupportConversationRequest(
        careRole: call.body.word("Care_role"),
        patientID: call.body.text("Patient_id"),
        create: call.body.flag("Create"),
        idempotencyKey: call.idempotencyKey
      )
      return try await call.api.careTeams.supportConversation(request, options: call.options)
    },
    .object(
      .post,
      "/api/care-team/assign",
      "Give a patient into the care of a professional",
      body: .fields([.required("Patient_id", .userID), .required("Professional_id", .userID)]),
      Shapes.careChange
    ) { call in
      let request = AssignCareRequest(
        patientID: call.body.text("Patient_id"),
        professionalID: call.body.text("Professional_id"),
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.careTeams.assign(request, options: call.options)
      return CareChange(assignment: response.assignment, ended: response.ended)
    },
    .object(
      .post,
      "/api/care-team/unassign",
      "End the care of a professional",
      body: .fields([
        .required("Patient_id", .userID), .required("Care_role", .careRole),
      ]),
      Shapes.careChange
    ) { call in
      let request = UnassignCareRequest(
        patientID: call.body.text("Patient_id"),
        careRole: call.body.word("Care_role"),
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.careTeams.unassign(request, options: call.options)
      return CareChange(ended: response.ended)
    },
    .object(
      .post,
      "/api/care-team/hand-over",
      "Give a patient to somebody else of the same role",
      body: .fields([
        .required("Patient_id", .userID), .required("To_Professional_id", .userID),
        RequestField("Note", .form(.optionalText)), role,
      ]),
      Shapes.careChange
    ) { call in
      let request = HandOverCareRequest(
        patientID: call.body.text("Patient_id"),
        careRole: call.body.word("Care_role"),
        toProfessionalID: call.body.text("To_Professional_id"),
        note: call.body.text("Note"),
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.careTeams.handOver(request, options: call.options)
      return CareChange(assignment: response.assignment, ended: response.ended)
    },
  ]
}
