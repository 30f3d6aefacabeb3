public import ChatModel

/// What a backend can do within one transaction: a function for each intent.
///
/// Each checks all rules before it changes anything, so that an intent that breaks one fails alone.
public protocol ChatTransaction {
  func append(_ intent: AppendMessage) throws -> AppendedMessage
  func editMessage(_ intent: EditMessage) throws -> EditedMessage
  func deleteMessage(_ intent: DeleteMessage) throws -> DeletedMessage
  func react(_ intent: React) throws -> Reacted
  func moveWatermark(_ intent: MoveWatermark) throws -> WatermarkState

  func createConversation(_ intent: CreateConversation) throws -> CreatedConversation
  func updateConversation(_ intent: UpdateConversation) throws -> UpdatedConversation
  func addParticipants(_ intent: AddParticipants) throws -> AddedParticipants
  func removeParticipant(_ intent: RemoveParticipant) throws -> RemovedParticipant
  func setParticipantRole(_ intent: SetParticipantRole) throws -> ParticipantRoleSet
  func muteConversation(_ intent: MuteConversation) throws -> MutedConversation

  func startAttachment(_ intent: StartAttachment) throws -> Attachment
  func completeAttachment(_ intent: CompleteAttachment) throws -> Attachment
  func inspectAttachment(_ intent: InspectAttachment) throws -> Bool
  func discardAttachment(_ intent: DiscardAttachment) throws -> RemovedAttachment
  func collectAttachments(_ intent: CollectAttachments) throws -> [RemovedAttachment]

  func putUser(_ intent: PutUser) throws -> User
  func enterUser(_ intent: EnterUser) throws -> User

  func assignCare(_ intent: AssignCare) throws -> AssignedCare
  func unassignCare(_ intent: UnassignCare) throws -> CareAssignment
  func handOverCare(_ intent: HandOverCare) throws -> AssignedCare
  func openSupportConversation(
    _ intent: OpenSupportConversation
  ) throws -> OpenedSupportConversation
  func revokeToken(_ intent: RevokeToken) throws -> Revoked
  func revokeTokens(_ intent: RevokeTokens) throws -> Revoked
  func setStatus(_ intent: SetStatus) throws -> StatusNote
  func recordLastSeen(_ intent: RecordLastSeen) throws -> RecordedLastSeen
}
