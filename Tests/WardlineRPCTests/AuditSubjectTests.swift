import NIOCore
import ProtobufC
import Testing
import WardlineAPI

@testable import WardlineRPC

@Suite("What a request names, as the audit has it")
struct AuditSubjectTests {
  private func words(_ message: some ProtobufMessage) throws -> String {
    let subject = AuditSubject(type(of: message).descriptor)
    let bytes = try message.encoded()
    return bytes.withUnsafeBytes { subject.words(in: $0.bytes) }
  }

  private func words(_ bytes: [UInt8]) -> String {
    let subject = AuditSubject(GetMessageRequest.descriptor)
    return bytes.withUnsafeBytes { subject.words(in: $0.bytes) }
  }

  @Test("identifiers are found by the names of their fields")
  func named() throws {
    #expect(
      try words(GetConversationRequest(conversationID: "5ngr8qzq1w2ka"))
        == "conversation:5ngr8qzq1w2ka"
    )
    #expect(
      try words(GetMessageRequest(messageID: "5ngr8qzq1w2ka.7")) == "message:5ngr8qzq1w2ka.7"
    )
    #expect(try words(GetUserRequest(userID: "amara")) == "user:amara")
    #expect(
      try words(SendMessageRequest(to: .recipientID("lind"), content: "user_id: secret"))
        == "user:lind"
    )
    #expect(
      try words(CreateConversationRequest(userID: "amara", memberID: "lind"))
        == "user:amara user:lind"
    )
    #expect(try words(WhoAmIRequest()) == "")
    #expect(try words(ListUsersRequest(limit: 5, page: "amara")) == "")
  }

  @Test("what cannot be an identifier is not copied")
  func malformed() throws {
    for text in ["patient has fever", "a\nb", "ä", String(repeating: "x", count: 65)] {
      #expect(try words(GetUserRequest(userID: text)) == "user:?")
    }
  }

  @Test("bytes that are no message name nothing, or what came before")
  func garbage() {
    #expect(words([]) == "")
    #expect(words([0x0a]) == "")
    #expect(words([0x0a, 0x7f, 0x61]) == "")
    #expect(words([0x0a, 0x01, 0x61, 0xff, 0xff, 0xff]) == "message:a")
    #expect(words([0x0a] + [UInt8](repeating: 0xff, count: 10)) == "")
    #expect(words([0x18, 0x05, 0x0a, 0x01, 0x61]) == "message:a")
    #expect(
      words([0x1d, 1, 2, 3, 4, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 0x01, 0x62]) == "message:b"
    )
    #expect(words([0x0b, 0x0a, 0x01, 0x61]) == "")
  }
}
