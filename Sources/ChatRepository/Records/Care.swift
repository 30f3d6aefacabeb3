public import ChatModel

/// An assignment, and whose it is.
public struct CareTeamMember: Hashable, Sendable {
  public var assignment: CareAssignment
  public var professional: User

  public init(assignment: CareAssignment, professional: User) {
    self.assignment = assignment
    self.professional = professional
  }
}

/// A patient as a professional who is or was assigned sees him.
public struct PatientInCare: Hashable, Sendable {
  public var patient: User
  /// The present assignment, else the last one.
  public var assignment: CareAssignment
  /// The support conversation; nil while there is none, and once the professional has left it.
  public var conversation: ConversationSummary?

  public init(
    patient: User,
    assignment: CareAssignment,
    conversation: ConversationSummary?
  ) {
    self.patient = patient
    self.assignment = assignment
    self.conversation = conversation
  }
}

/// Who cares for a patient in a role, and their conversation.
public struct SupportContact: Hashable, Sendable {
  public var member: CareTeamMember
  /// Nil while there is none, and to who takes no part in it.
  public var conversation: ConversationSummary?

  public init(member: CareTeamMember, conversation: ConversationSummary?) {
    self.member = member
    self.conversation = conversation
  }
}
