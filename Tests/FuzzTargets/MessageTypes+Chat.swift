import ProtobufC
import WardlineAPI

extension MessageTypes {
  /// What the whole chat brought, beside attachments.
  static let chat: [any ProtobufMessage.Type] = [
    StatisticsRequest.self, RoleCount.self, ConversationTypeCount.self, StatisticsResponse.self,
    ListEverybodyRequest.self, ListEverybodyResponse.self, ListAllConversationsRequest.self,
    ConversationOverview.self, ListAllConversationsResponse.self, BackupRequest.self,
    BackupResponse.self, AuditRecord.self, ListAuditRequest.self, ListAuditResponse.self,
    ListAccessOfMeRequest.self, ListAccessOfMeResponse.self, CareAssignment.self,
    AssignCareRequest.self, AssignCareResponse.self, UnassignCareRequest.self,
    UnassignCareResponse.self, HandOverCareRequest.self, HandOverCareResponse.self,
    GetCareTeamRequest.self, GetCareTeamResponse.self, CareHistoryRequest.self,
    CareHistoryResponse.self, ListPatientsRequest.self, CarePatient.self,
    ListPatientsResponse.self, SupportConversationRequest.self, SupportConversationResponse.self,
    SearchConversationsRequest.self, SearchConversationsResponse.self,
    UpdateConversationRequest.self, UpdateConversationResponse.self,
    CloseConversationRequest.self, CloseConversationResponse.self, ReopenConversationRequest.self,
    ReopenConversationResponse.self, AddParticipantsRequest.self, AddParticipantsResponse.self,
    RemoveParticipantRequest.self, RemoveParticipantResponse.self, LeaveConversationRequest.self,
    LeaveConversationResponse.self, SetParticipantRoleRequest.self,
    SetParticipantRoleResponse.self, MuteConversationRequest.self, MuteConversationResponse.self,
    ConversationUpdated.self, ParticipantJoined.self, ParticipantLeft.self,
    ParticipantChanged.self, MessageEdited.self, MessageDeleted.self, MessageHidden.self,
    ReactionChanged.self, ConversationMuted.self, AssignmentChanged.self, AttachmentChanged.self,
    MessageReference.self,
    Reaction.self, UpdateMessageRequest.self, UpdateMessageResponse.self,
    MessageVersionsRequest.self, MessageVersion.self, MessageVersionsResponse.self,
    DeleteMessageRequest.self, DeleteMessageResponse.self, ForwardMessageRequest.self,
    AddReactionRequest.self, AddReactionResponse.self, RemoveReactionRequest.self,
    RemoveReactionResponse.self, AcknowledgeRequest.self, AcknowledgeResponse.self,
    SearchMessagesRequest.self, SearchMessagesResponse.self, MessageHit.self, Highlight.self,
    UserPresence.self, PresenceChanged.self, TypingChanged.self, PresenceHeartbeatRequest.self,
    PresenceHeartbeatResponse.self, GetPresenceRequest.self, GetPresenceResponse.self,
    SetPresenceRequest.self, SetPresenceResponse.self, TypingRequest.self, TypingResponse.self,
    RevokeRequest.self, RevokeResponse.self, RevokeTokensRequest.self, RevokeTokensResponse.self,
    Poll.self,
  ]
}
