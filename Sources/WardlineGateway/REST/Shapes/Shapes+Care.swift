import WardlineAPI

extension Shapes {
  static let careAssignment = ObjectShape<CareAssignment>(
    "CareAssignment",
    [
      .text("Patient_id") { $0.patientID },
      .text("Professional_id") { $0.professionalID },
      .optionalText("Professional_Name") { $0.professionalName },
      .word("Care_role") { $0.careRole },
      .time("Assigned_at") { $0.assignedAtMs },
      .time("Ended_at") { $0.endedAtMs },
      .optionalText("Assigned_by_User_id") { $0.assignedByUserID },
      .optionalText("Note") { $0.note },
    ]
  )

  /// The chat of a patient with the dietitian, as the commissioning document asks for it.
  static let dietitian = ObjectShape<SupportConversationResponse>(
    "DietitianChat",
    [
      .text("assignedDieticianId") { $0.assignment?.professionalID ?? "" },
      .object("Dietitian", user) { $0.professional },
      .optionalText("Conversation_id") { $0.conversation?.conversationID ?? "" },
      .integer("Unread_count") { $0.conversation?.unreadCount ?? 0 },
      .object("Last_message", message) { $0.conversation?.lastMessage },
      .text("Preview") { $0.conversation?.preview ?? "" },
      .time("Assigned_at") { $0.assignment?.assignedAtMs ?? 0 },
    ]
  )

  static let support = ObjectShape<SupportConversationResponse>(
    "SupportChat",
    [
      .object("Professional", user) { $0.professional },
      .object("Assignment", careAssignment) { $0.assignment },
      .object("Conversation", conversation) { $0.conversation },
    ]
  )

  static let careTeam = ObjectShape<GetCareTeamResponse>(
    "CareTeam",
    [
      .text("Patient_id") { $0.patientID },
      .optionalText("assignedDieticianId") { $0.assignedDieticianID },
      .optionalText("assignedDoctorId") { $0.assignedDoctorID },
      .optionalText("assignedPharmacistId") { $0.assignedPharmacistID },
      .optionalText("assignedNurseId") { $0.assignedNurseID },
      .list("Members", careAssignment) { $0.members },
    ]
  )

  static let carePatient = ObjectShape<CarePatient>(
    "CarePatient",
    [
      .object("Patient", user) { $0.patient },
      .object("Assignment", careAssignment) { $0.assignment },
      .object("Conversation", conversation) { $0.conversation },
    ]
  )

  static let careChange = ObjectShape<CareChange>(
    "CareChange",
    [
      .object("Assignment", careAssignment) { $0.assignment },
      .object("Ended", careAssignment) { $0.ended },
    ]
  )
}

/// An assignment that began, one that ended, or both.
struct CareChange: Sendable {
  var assignment: CareAssignment?
  var ended: CareAssignment?
}
