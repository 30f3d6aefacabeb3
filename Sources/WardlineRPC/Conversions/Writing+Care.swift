import ChatModel
import ChatRepository
import WardlineAPI

extension WardlineAPI.CareAssignment {
  init(_ assignment: ChatModel.CareAssignment, name: String = "") {
    self.init(
      patientID: assignment.patient.rawValue,
      professionalID: assignment.professional.rawValue,
      professionalName: name,
      careRole: .init(assignment.role),
      assignedAtMs: assignment.assignedAt.milliseconds,
      endedAtMs: assignment.endedAt?.milliseconds ?? 0,
      assignedByUserID: assignment.assignedBy.rawValue,
      note: assignment.note ?? ""
    )
  }

  init(_ member: CareTeamMember) {
    self.init(member.assignment, name: member.professional.displayName)
  }
}

extension WardlineAPI.CarePatient {
  init(_ patient: PatientInCare) {
    self.init(
      patient: .init(patient.patient),
      assignment: .init(patient.assignment),
      conversation: patient.conversation.map { .init($0) }
    )
  }
}

extension GetCareTeamResponse {
  init(_ patient: UserID, _ members: [CareTeamMember]) {
    func id(_ role: ChatModel.Role) -> String {
      members.first { $0.assignment.role == role }?.professional.id.rawValue ?? ""
    }
    self.init(
      patientID: patient.rawValue,
      assignedDieticianID: id(.dietitian),
      assignedDoctorID: id(.doctor),
      assignedPharmacistID: id(.pharmacist),
      assignedNurseID: id(.nurse),
      members: members.map { .init($0) }
    )
  }
}

extension SupportConversationResponse {
  init(_ contact: SupportContact) {
    self.init(
      professional: .init(contact.member.professional),
      assignment: .init(contact.member),
      conversation: contact.conversation.map { .init($0) }
    )
  }
}
