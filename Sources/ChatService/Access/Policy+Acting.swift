extension Policy {
  /// What a service must be allowed to act for to do an operation in the name of a user. An operation
  /// without a row is nothing that anybody can do for another.
  public static let acting: [Operation: ActingRights] = [
    .whoAmI: [],
    .getUser: .readUsers,
    .listUsers: .readUsers,
    .createConversation: .writeConversations,
    .getConversation: .readConversations,
    .listConversations: .readConversations,
    .searchConversations: .readConversations,
    .updateConversation: .writeConversations,
    .closeConversation: .writeConversations,
    .reopenConversation: .writeConversations,
    .addParticipants: .writeConversations,
    .removeParticipant: .writeConversations,
    .leaveConversation: .writeConversations,
    .setParticipantRole: .writeConversations,
    .muteConversation: .writeConversations,
    .sendMessage: .writeMessages,
    .getMessage: .readMessages,
    .listMessages: .readMessages,
    .listMessagesByConversation: .readMessages,
    .updateMessage: .writeMessages,
    .messageVersions: .readMessages,
    .deleteMessage: .writeMessages,
    .forwardMessage: [.readMessages, .writeMessages],
    .addReaction: .writeMessages,
    .removeReaction: .writeMessages,
    .acknowledge: .writeMessages,
    .markDelivered: .writeMessages,
    .markRead: .writeMessages,
    .receipts: .readMessages,
    .unreadCount: .readMessages,
    .subscribe: .readEvents,
    .listAccessOfMe: .readAudit,
  ]

  /// Operations that nobody does for another: those of the administration, and those that are about
  /// the caller's own proof.
  public static let neverActing: Set<Operation> = [
    .authenticate, .revokeToken, .putUser, .revokeTokens, .listAudit,
  ]
}
