import ProbeAPI
import ProtobufC
import WardlineAPI

/// The types of messages that are fuzzed, each by the number that its input begins with. New ones
/// go to the end: the numbers are in the corpus.
enum MessageTypes {
  static let all = wardline + probe + attachments + chat

  static let wardline: [any ProtobufMessage.Type] = [
    Participant.self, Conversation.self,
    CreateConversationRequest.self, CreateConversationResponse.self,
    GetConversationRequest.self, GetConversationResponse.self,
    ListConversationsRequest.self, ListConversationsResponse.self,
    Event.self, ReceiptMoved.self, SubscribeRequest.self,
    SubscribeResponse.self, Heartbeat.self,
    SubscriptionEnded.self, Sender.self, Message.self,
    SendMessageRequest.self, SendMessageResponse.self,
    GetMessageRequest.self, GetMessageResponse.self,
    ListMessagesRequest.self, ListMessagesResponse.self,
    MarkDeliveredRequest.self, MarkDeliveredResponse.self,
    MarkReadRequest.self, MarkReadResponse.self,
    ReceiptsRequest.self, Receipt.self, ReceiptsResponse.self,
    UnreadCountRequest.self, UnreadCountResponse.self,
    AuthenticateRequest.self, AuthenticateResponse.self,
    WhoAmIRequest.self, WhoAmIResponse.self, Principal.self,
    User.self, GetUserRequest.self, GetUserResponse.self,
    ListUsersRequest.self, ListUsersResponse.self,
    PutUserRequest.self, PutUserResponse.self,
  ]

  /// With every kind of field that protobuf has.
  static let probe: [any ProtobufMessage.Type] = [
    Imported.self, Record.self, Record.Part.self, Scalars.self,
    Repeats.self, Maps.self, Outer.self, Outer.Inner.self,
    Outer.Inner.Deepest.self, Choices.self, Presence.self,
    TypeMessage.self, Old.self, Empty.self,
    HTTPServer2Info.self,
  ]
}
