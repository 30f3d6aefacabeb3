public import Foundation
import NIOPosix
import RPC
public import TTRPC
public import WardlineAPI

/// A chat server as one user sees it: every service with typed calls, events, an outbox and transfers,
/// all over one channel that opens connections when they are needed and opens them anew when they are
/// lost.
public struct ChatClient: Sendable {
  /// What all of it goes through.
  public let channel: ClientChannel

  /// - Parameters:
  ///   - tls: whom to trust behind a `tls` address; nil for whom the system trusts.
  ///   - token: the bearer token, asked before every call: it should keep one for as long as it is
  ///     valid.
  public init(
    to address: ServiceAddress,
    tls: ClientTLS? = nil,
    token: @escaping @Sendable () async throws -> String
  ) {
    channel = ClientChannel(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      tls: tls,
      interceptors: [TokenInterceptor(token)]
    )
  }

  public var attachments: AttachmentsClient<ClientChannel> { AttachmentsClient(channel) }
  public var audit: AuditClient<ClientChannel> { AuditClient(channel) }
  public var careTeams: CareTeamsClient<ClientChannel> { CareTeamsClient(channel) }
  public var conversations: ConversationsClient<ClientChannel> { ConversationsClient(channel) }
  public var messages: MessagesClient<ClientChannel> { MessagesClient(channel) }
  public var presence: PresenceClient<ClientChannel> { PresenceClient(channel) }
  public var session: SessionClient<ClientChannel> { SessionClient(channel) }
  public var users: UsersClient<ClientChannel> { UsersClient(channel) }

  /// What happens, each event once and in order, across lost connections.
  public func events(
    from start: SubscriptionStart = .now,
    settings: SubscriptionSettings = SubscriptionSettings()
  ) -> EventSubscription {
    EventSubscription(over: channel, from: start, settings: settings)
  }

  /// Messages that are kept until the server has answered.
  ///
  /// - Parameter file: where, across restarts of the program; nil keeps them in memory only.
  /// - Throws: what reading the file throws.
  public func outbox(file: URL? = nil) throws -> Outbox {
    try Outbox(file: file, over: channel)
  }

  /// Uploads and downloads that go on where they were when a connection is lost.
  public var transfers: AttachmentTransfers { AttachmentTransfers(over: channel) }

  /// Ends what runs and closes the connections.
  public func close() async { await channel.close() }
}
