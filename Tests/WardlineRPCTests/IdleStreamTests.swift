import Crypto
import RPC
import TTRPC
import Testing
import WardlineAPI

@Suite("Streams on which nothing moves")
struct IdleStreamTests {
  private static let file = [UInt8](repeating: 7, count: 3_000_000)

  enum End: CaseIterable {
    case revocation, deactivation, expiry
  }

  private func end(_ way: End, of user: Person, _ admin: Person, _ clinic: Clinic) async throws {
    switch way {
    case .revocation: _ = try await user.session.revoke(RevokeRequest())
    case .deactivation:
      _ = try await admin.users.put(
        PutUserRequest(userID: user.id, displayName: "A", role: .patient, deactivated: true)
      )
    case .expiry: clinic.advance(seconds: 3601)
    }
  }

  @Test("an upload whose client is silent ends with the session", arguments: End.allCases)
  func upload(_ way: End) async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let admin = try await clinic.person("boss", "admin")
      let id = try await amara.startFile()
      let error = await #expect(throws: RPCError.self) {
        _ = try await amara.attachments.upload { stream in
          try await stream.write(.init(attachmentID: id, data: [1, 2, 3]))
          while try await amara.attachments.get(.init(attachmentID: id)).attachment?
            .receivedBytes != 3
          {}
          try await end(way, of: amara, admin, clinic)
          // Says nothing more, until the call is over.
          for await _ in AsyncStream<Void>.makeStream().stream {}
        }
      }
      #expect(error?.code == .unauthenticated)
    }
  }

  @Test("a download that nobody reads ends with the session", arguments: End.allCases)
  func download(_ way: End) async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let admin = try await clinic.person("boss", "admin")
      let id = try await amara.uploadFile(Self.file)
      let stream = try await amara.attachments.download(.init(attachmentID: id))
      let code = try await endOfUnread(stream, clinic) {
        try await end(way, of: amara, admin, clinic)
      }
      #expect(code == .unauthenticated)
    }
  }

  @Test("a download that nobody reads ends when its reader has left the conversation")
  func removal() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let okafor = try await clinic.person("okafor", "doctor")
      let group = try await okafor.conversations.create(
        .init(type: .group, title: "Ward", participantIDs: [amara.id, lind.id])
      )
      let conversation = try #require(group.conversation?.conversationID)
      let id = try await amara.uploadFile(Self.file)
      _ = try await amara.messages.send(
        .init(to: .conversationID(conversation), messageType: .file, attachmentID: id)
      )
      let stream = try await lind.attachments.download(.init(attachmentID: id))
      let code = try await endOfUnread(stream, clinic) {
        _ = try await okafor.conversations.removeParticipant(
          .init(conversationID: conversation, userID: lind.id)
        )
      }
      #expect(code == .notFound)
    }
  }

  /// How a stream ends of which only the beginning is read.
  private func endOfUnread(
    _ stream: MessageStream<DownloadAttachmentResponse>,
    _ clinic: Clinic,
    after action: () async throws -> Void
  ) async throws -> StatusCode? {
    let parts = stream.makeAsyncIterator()
    _ = try await parts.next()
    #expect(clinic.openStreams == 1)
    try await action()
    try await eventually("the server has ended it") { clinic.openStreams == 0 }
    let error = await #expect(throws: RPCError.self) { while try await parts.next() != nil {} }
    return error?.code
  }
}

extension Person {
  fileprivate func startFile(size: Int = 0) async throws -> String {
    let request = StartAttachmentRequest(
      fileName: "notes.txt",
      contentType: "text/plain",
      size: Int64(size)
    )
    return try #require(try await attachments.start(request).attachment).attachmentID
  }

  fileprivate func uploadFile(_ bytes: [UInt8]) async throws -> String {
    let id = try await startFile(size: bytes.count)
    let digits = SHA256.hash(data: bytes).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    _ = try await attachments.upload { stream in
      try await stream.write(.init(attachmentID: id))
      for start in stride(from: 0, to: bytes.count, by: 500_000) {
        let part = Array(bytes[start..<min(start + 500_000, bytes.count)])
        try await stream.write(.init(data: part))
      }
      try await stream.write(.init(last: true, sha256: digits.joined()))
    }
    return id
  }
}
