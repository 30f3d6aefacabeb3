/// What each kind of conversation allows: one table.
public struct ConversationRules: Hashable, Sendable {
  /// Whose role in the clinic lets them write.
  public let writers: Set<Role>
  /// Whose part in the conversation lets them change it and its participants.
  public let managers: Set<ParticipantRole>
  /// Whose role in the clinic lets them do so, whatever their part.
  public let managingRoles: Set<Role>
  /// Whether people may join and leave.
  public let hasChangingParticipants: Bool
  /// Whether participants learn who else takes part. If not, only staff does.
  public let showsParticipantsToAll: Bool

  private static let everyone = Set(Role.allCases)
  /// Who works for the clinic, and its programs.
  private static let clinic = Set(Role.allCases.filter { $0.isStaff || $0 == .service })
  private static let leaders: Set<ParticipantRole> = [.owner, .moderator]

  private static let table: [ConversationType: ConversationRules] = [
    .direct: ConversationRules(
      writers: everyone,
      managers: [],
      managingRoles: clinic,
      hasChangingParticipants: false,
      showsParticipantsToAll: true
    ),
    .group: ConversationRules(
      writers: everyone,
      managers: leaders,
      managingRoles: [],
      hasChangingParticipants: true,
      showsParticipantsToAll: true
    ),
    .support: ConversationRules(
      writers: everyone,
      managers: leaders,
      managingRoles: clinic,
      hasChangingParticipants: true,
      showsParticipantsToAll: true
    ),
    .broadcast: ConversationRules(
      writers: clinic,
      managers: leaders,
      managingRoles: [],
      hasChangingParticipants: true,
      showsParticipantsToAll: false
    ),
  ]

  /// Nothing is allowed in a conversation of a kind without a row.
  public static func of(_ type: ConversationType) -> ConversationRules {
    table[type]
      ?? ConversationRules(
        writers: [],
        managers: [],
        managingRoles: [],
        hasChangingParticipants: false,
        showsParticipantsToAll: false
      )
  }

  /// Whether a participant may change the conversation and its participants.
  public func letManage(_ participant: Participant) -> Bool {
    managers.contains(participant.conversationRole) || managingRoles.contains(participant.role)
  }
}
