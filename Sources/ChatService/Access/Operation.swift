/// Everything that a caller can ask for. The raw value is the service and method that ask for it.
public enum Operation: String, Sendable, CaseIterable {
  case authenticate = "Session/Authenticate"
  case whoAmI = "Session/WhoAmI"
  case getUser = "Users/Get"
  case listUsers = "Users/List"
  case putUser = "Users/Put"
  case createConversation = "Conversations/Create"
  case getConversation = "Conversations/Get"
  case listConversations = "Conversations/List"
  case sendMessage = "Messages/Send"
  case getMessage = "Messages/Get"
  case listMessages = "Messages/List"
  case markDelivered = "Messages/MarkDelivered"
  case markRead = "Messages/MarkRead"
  case receipts = "Messages/Receipts"
  case unreadCount = "Messages/UnreadCount"
  case subscribe = "Events/Subscribe"
}
