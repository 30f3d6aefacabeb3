import ChatModel
import RPC

// A message by its conversation and its number there, which its name says.
extension RouteCall {
  /// - Throws: NOT_FOUND for a name that no message has, as for one that the caller may not see.
  func messagePlace() throws -> (conversation: String, sequence: Int64) {
    guard let id = MessageID(parameter("id")) else {
      throw RPCError(.notFound, ChatError.notFound(.message).description)
    }
    return (id.conversation.description, id.sequence.rawValue)
  }
}
