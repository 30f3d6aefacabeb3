public import ChatModel

/// Who may do what: the one table of rights. What it does not allow is denied.
///
/// It decides by role and by what the operation touches. Membership itself is a fact that the
/// repository checks in the transaction of the change, so that nobody can write to a conversation
/// that they are just leaving.
public enum Policy {
  /// What an operation touches, which decides what a caller learns when it is not theirs.
  public enum Scope: Sendable, Hashable {
    /// Nothing yet: the operation proves who is calling.
    case nothing
    /// Only what belongs to the caller.
    case caller
    /// A conversation. Whoever is no participant gets NOT_FOUND, whether or not it exists.
    case conversation
    /// A user. Whom the caller may not write to does not exist for them.
    case contact
    /// The care of a patient. Whom it does not concern gets NOT_FOUND, whether or not there is such
    /// a patient.
    case care
    /// The directory of all users.
    case directory
    /// The server as a whole.
    case server
  }

  public struct Rule: Sendable, Hashable {
    public let roles: Set<Role>
    public let scope: Scope
    /// Who may do it to a conversation without taking part in it.
    public let administrators: Set<Role>

    init(roles: Set<Role>, scope: Scope, administrators: Set<Role> = []) {
      self.roles = roles
      self.scope = scope
      self.administrators = administrators
    }
  }

  private static let everyone = Set(Role.allCases)
  private static let administration: Set<Role> = [.admin, .service]
  private static let professionals = Set(Role.allCases.filter(\.givesCare))

  /// The rights, an operation a row.
  public static let rules: [Operation: Rule] = [
    .authenticate: Rule(roles: everyone, scope: .nothing),
    .whoAmI: Rule(roles: everyone, scope: .caller),
    .revokeToken: Rule(roles: everyone, scope: .caller),
    .getUser: Rule(roles: everyone, scope: .contact),
    .listUsers: Rule(roles: everyone, scope: .contact),
    .putUser: Rule(roles: administration, scope: .directory),
    .revokeTokens: Rule(roles: [.admin], scope: .directory),
    .createConversation: Rule(roles: everyone, scope: .contact),
    .getConversation: Rule(roles: everyone, scope: .conversation),
    .listConversations: Rule(roles: everyone, scope: .caller),
    .searchConversations: Rule(roles: everyone, scope: .caller),
    .updateConversation: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .closeConversation: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .reopenConversation: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .addParticipants: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .removeParticipant: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .leaveConversation: Rule(roles: everyone, scope: .conversation),
    .setParticipantRole: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .muteConversation: Rule(roles: everyone, scope: .conversation),
    .sendMessage: Rule(roles: everyone, scope: .conversation),
    .getMessage: Rule(roles: everyone, scope: .conversation),
    .listMessages: Rule(roles: everyone, scope: .conversation),
    .listMessagesByConversation: Rule(roles: everyone, scope: .conversation),
    .updateMessage: Rule(roles: everyone, scope: .conversation),
    .messageVersions: Rule(roles: everyone, scope: .conversation),
    .deleteMessage: Rule(roles: everyone, scope: .conversation, administrators: [.admin]),
    .forwardMessage: Rule(roles: everyone, scope: .conversation),
    .addReaction: Rule(roles: everyone, scope: .conversation),
    .removeReaction: Rule(roles: everyone, scope: .conversation),
    .acknowledge: Rule(roles: everyone, scope: .conversation),
    .searchMessages: Rule(roles: everyone, scope: .caller),
    .markDelivered: Rule(roles: everyone, scope: .conversation),
    .markRead: Rule(roles: everyone, scope: .conversation),
    .receipts: Rule(roles: everyone, scope: .conversation),
    .unreadCount: Rule(roles: everyone, scope: .caller),
    .startAttachment: Rule(roles: everyone, scope: .caller),
    .uploadAttachment: Rule(roles: everyone, scope: .caller),
    .getAttachment: Rule(roles: everyone, scope: .conversation),
    .downloadAttachment: Rule(roles: everyone, scope: .conversation),
    .discardAttachment: Rule(roles: everyone, scope: .caller),
    .attachmentUsage: Rule(roles: everyone, scope: .caller),
    .assignCare: Rule(roles: administration, scope: .care, administrators: administration),
    .unassignCare: Rule(roles: administration, scope: .care, administrators: administration),
    .handOverCare: Rule(
      roles: professionals.union(administration),
      scope: .care,
      administrators: administration
    ),
    .getCareTeam: Rule(roles: everyone, scope: .care, administrators: administration),
    .careHistory: Rule(roles: everyone, scope: .care, administrators: administration),
    .listPatients: Rule(roles: professionals, scope: .caller),
    .supportConversation: Rule(roles: professionals.union([.patient]), scope: .care),
    .statistics: Rule(roles: administration, scope: .server),
    .listEverybody: Rule(roles: administration, scope: .directory),
    .listAllConversations: Rule(roles: [.admin], scope: .server),
    .makeBackup: Rule(roles: administration, scope: .server),
    .subscribe: Rule(roles: everyone, scope: .caller),
    .listAudit: Rule(roles: [.admin], scope: .directory),
    .listAccessOfMe: Rule(roles: everyone, scope: .caller),
    .heartbeat: Rule(roles: everyone, scope: .caller),
    .getPresence: Rule(roles: everyone, scope: .contact),
    .setPresence: Rule(roles: everyone, scope: .caller),
    .typing: Rule(roles: everyone, scope: .conversation),
  ]

  /// Whom a role may open a conversation with. Patients never reach each other.
  public static let contacts: [Role: Set<Role>] = [
    .patient: [.doctor, .dietitian, .pharmacist, .nurse, .admin, .service],
    .doctor: everyone,
    .dietitian: everyone,
    .pharmacist: everyone,
    .nurse: everyone,
    .admin: everyone,
    .service: everyone,
  ]

  /// Whose entries in the directory a role may make and change: a program does not decide who runs
  /// the clinic, nor over other programs.
  public static let directory: [Role: Set<Role>] = [
    .admin: everyone,
    .service: everyone.subtracting(administration),
  ]

  /// Who may begin a conversation of a kind.
  public static let creators: [ConversationType: Set<Role>] = [
    .direct: everyone,
    .group: everyone.subtracting([.patient]),
    .support: administration,
    .broadcast: everyone.subtracting([.patient]),
  ]

  /// Whose lists keep the patients of before.
  public static let rememberPatients: Set<Role> = professionals

  /// Who may write messages of a kind.
  public static let writers: [MessageType: Set<Role>] = [
    .text: everyone,
    .file: everyone,
    .image: everyone,
    .system: administration,
    .call: administration,
  ]

  /// Whether a role may do an operation at all.
  public static func allows(_ operation: Operation, _ role: Role) -> Bool {
    rules[operation]?.roles.contains(role) ?? false
  }

  /// Whether the two may talk to each other, asked by either.
  public static func mayConverse(_ one: Role, _ other: Role) -> Bool {
    contacts[one]?.contains(other) ?? false
  }

  /// Demands that the caller's role may do the operation.
  ///
  /// - Throws: `permissionDenied`.
  static func demand(_ operation: Operation, _ principal: Principal) throws(ChatError) {
    guard allows(operation, principal.role) else { throw .permissionDenied }
  }
}
