import RPC
import WardlineAPI

/// The methods of the chat, called in the name of whoever sent a request.
struct ChatAPI: Sendable {
  let transport: InProcessTransport

  var session: SessionClient<InProcessTransport> { SessionClient(transport) }
  var users: UsersClient<InProcessTransport> { UsersClient(transport) }
  var conversations: ConversationsClient<InProcessTransport> { ConversationsClient(transport) }
  var messages: MessagesClient<InProcessTransport> { MessagesClient(transport) }
  var careTeams: CareTeamsClient<InProcessTransport> { CareTeamsClient(transport) }
  var presence: PresenceClient<InProcessTransport> { PresenceClient(transport) }
  var attachments: AttachmentsClient<InProcessTransport> { AttachmentsClient(transport) }
  var events: EventsClient<InProcessTransport> { EventsClient(transport) }
}
