import ChatModel
import Foundation
import Identity
import NIOPosix
import RPC
import ServerProcess
import TTRPC
import Testing
import WardlineAPI

@testable import wardline

@Suite("What must not be in any log", .timeLimit(.minutes(2)))
struct CanaryTests {
  /// Words that stand nowhere but where the test puts them.
  private enum Canary: String, CaseIterable {
    case message = "canary-in-a-message-7f3a"
    case edited = "canary-in-an-edit-9b1c"
    case title = "canary-in-a-title-2d4e"
    case query = "canary-in-a-query-5a6f"
    case name = "canary-in-a-name-8c7d"
    case key = "canary-in-a-key-1e2b"
    case malformed = "canary in an identifier 4f5a"
    case token = "canary-in-a-token-6d8e"
    case metadata = "canary-in-metadata-3b9a"
    case fileName = "canary-in-a-file-name-5c8f"
    case bytes = "canary-in-a-file-2a7b"
  }

  @Test("texts, titles, names, queries, keys and tokens are in no log, at any level")
  func logs() async throws {
    let folder = try TemporaryFolder()
    let server = try await Program(
      [
        "serve", "--dev", "--data", "data", "--listen", "127.0.0.1:0", "--log-level", "trace",
        "--rate", "Users/Get=1/h",
      ],
      in: folder
    )
    let prefix = "wardline listening on "
    let line = try #require(await server.line { $0.hasPrefix(prefix) })
    let address = try #require(ServiceAddress(String(line.dropFirst(prefix.count))))
    let tokens = try await talk(to: address, folder)
    server.signal(SIGTERM)
    let end = await server.end()
    #expect(end.status == 0)
    let said = (end.output + end.errors).joined(separator: "\n")
    #expect(said.contains("Messages/Send"), "the log has the calls")
    for canary in Canary.allCases { #expect(!said.contains(canary.rawValue), "\(canary)") }
    for token in tokens {
      for part in token.split(separator: ".") { #expect(!said.contains(part), "part of a token") }
    }
    try searchAudit(in: folder)
  }

  /// Nor is any of it in the audit, which people read who may not read messages.
  private func searchAudit(in folder: TemporaryFolder) throws {
    let log = try Data(contentsOf: folder.url.appending(path: "data/wardline.sqlite"))
    // The message itself is there, so the search works.
    #expect(log.range(of: Data(Canary.message.rawValue.utf8)) != nil)
    #expect(log.range(of: Data(Canary.malformed.rawValue.utf8)) == nil)
    #expect(log.range(of: Data(Canary.query.rawValue.utf8)) == nil)
    #expect(log.range(of: Data(Canary.token.rawValue.utf8)) == nil)
    #expect(log.range(of: Data(Canary.metadata.rawValue.utf8)) == nil)
  }

  /// Says everything that has a canary in it, well and badly.
  ///
  /// - Returns: the tokens that were used.
  private func talk(to address: ServiceAddress, _ folder: TemporaryFolder) async throws -> [String]
  {
    let data = folder.url.appending(path: "data").path
    let key = try await DevelopmentKey.load(folder: data)
    let issuer = TokenIssuer(key: key, audience: "wardline", now: SystemClock.now)
    let token = try await issuer.token(
      for: try #require(UserID("lind")),
      role: .dietitian,
      displayName: Canary.name.rawValue
    )
    let caller = try await connect(to: address, "Bearer \(token)")
    let messages = MessagesClient(caller)
    let sent = try await messages.send(
      SendMessageRequest(
        to: .recipientID("amara"),
        content: Canary.message.rawValue,
        idempotencyKey: Canary.key.rawValue
      )
    )
    _ = try await messages.update(
      UpdateMessageRequest(messageID: sent.messageID, content: Canary.edited.rawValue)
    )
    let conversations = ConversationsClient(caller)
    _ = try await conversations.create(
      CreateConversationRequest(
        type: .group,
        title: Canary.title.rawValue,
        participantIDs: ["amara"]
      )
    )
    _ = try await conversations.search(
      SearchConversationsRequest(query: Canary.query.rawValue)
    )
    let feed = EventsClient(caller)
    for try await response in try await feed.subscribe(SubscribeRequest(fromStart: true)) {
      if case .heartbeat(let heartbeat) = response.body, heartbeat.caughtUp { break }
    }
    try await upload(messages, AttachmentsClient(caller))
    await provoke(messages, conversations, caller)
    await provokeTokens(address)
    return [token]
  }

  /// The SHA-256 of the canary in a file.
  private static let hashOfBytes =
    "b888a030cf3d98c4ed033b90a0994baffdbdd1cbf25cbc5307a0d17b0d30cca1"

  /// A file, sent and had again, and what goes wrong with files.
  private func upload(
    _ messages: MessagesClient<ClientConnection>,
    _ attachments: AttachmentsClient<ClientConnection>
  ) async throws {
    let bytes = Array(Canary.bytes.rawValue.utf8)
    let start = StartAttachmentRequest(
      fileName: Canary.fileName.rawValue,
      contentType: "text/plain",
      size: Int64(bytes.count)
    )
    let id = try #require(try await attachments.start(start).attachment?.attachmentID)
    for hash in [String(repeating: "0", count: 64), Self.hashOfBytes] {
      let part = UploadAttachmentRequest(attachmentID: id, data: bytes, last: true, sha256: hash)
      _ = try? await attachments.upload { try await $0.write(part) }
    }
    _ = try await messages.send(
      SendMessageRequest(to: .recipientID("amara"), messageType: .file, attachmentID: id)
    )
    for try await _ in try await attachments.download(.init(attachmentID: id)) {}
    let bad = StartAttachmentRequest(
      fileName: Canary.fileName.rawValue + "/",
      contentType: "text/plain"
    )
    _ = try? await attachments.start(bad)
    _ = try? await attachments.get(.init(attachmentID: Canary.malformed.rawValue))
  }

  /// Errors, which are where things slip into logs.
  private func provoke(
    _ messages: MessagesClient<ClientConnection>,
    _ conversations: ConversationsClient<ClientConnection>,
    _ caller: ClientConnection
  ) async {
    let bad = Canary.malformed.rawValue
    _ = try? await messages.get(GetMessageRequest(messageID: bad))
    _ = try? await messages.send(
      SendMessageRequest(
        to: .recipientID("nobody"),
        content: Canary.message.rawValue,
        idempotencyKey: bad + "\u{7}"
      )
    )
    _ = try? await messages.send(
      SendMessageRequest(to: .conversationID(bad), content: Canary.message.rawValue)
    )
    _ = try? await conversations.update(
      UpdateConversationRequest(
        conversationID: "0000000000001",
        newTitle: .title(Canary.title.rawValue)
      )
    )
    let users = UsersClient(caller)
    for _ in 0..<2 { _ = try? await users.get(GetUserRequest(userID: bad)) }
    let options = CallOptions(metadata: ["on-behalf-of": bad])
    _ = try? await users.get(GetUserRequest(userID: "amara"), options: options)
  }

  private func provokeTokens(_ address: ServiceAddress) async {
    let word = Canary.token.rawValue
    for authorization in ["Bearer \(word)", "Bearer a.\(word).c", word] {
      guard let stranger = try? await connect(to: address, authorization) else { continue }
      let session = SessionClient(stranger)
      _ = try? await session.whoAmI(WhoAmIRequest())
      _ = try? await session.authenticate(AuthenticateRequest(token: word))
    }
  }

  private func connect(
    to address: ServiceAddress,
    _ authorization: String
  ) async throws -> ClientConnection {
    try await ClientConnection.connect(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: ["authorization": authorization, "x-note": Canary.metadata.rawValue]
    )
  }
}
