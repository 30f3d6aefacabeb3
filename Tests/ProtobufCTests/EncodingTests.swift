import NIOCore
import ProbeAPI
import ProtobufC
import Testing
import WardlineAPI

@Suite("Encoding")
struct EncodingTests {
  @Test("a message is appended to what the buffer holds")
  func appends() throws {
    var buffer = ByteBuffer(bytes: [9])
    try Message(conversationID: "c").encode(into: &buffer)
    #expect(Array(buffer.readableBytesView) == [9, 0x12, 1, 0x63])
  }

  @Test("a string with U+0000 is refused, its field named, and the buffer left alone")
  func embeddedNUL() throws {
    var buffer = ByteBuffer(bytes: [9])
    #expect(
      throws: ProtobufEncodingError(message: "wardline.v1.Sender", field: "display_name")
    ) {
      try Message(sender: Sender(displayName: "a\0b")).encode(into: &buffer)
    }
    #expect(buffer == ByteBuffer(bytes: [9]))
  }

  @Test("a message larger than any chunk is encoded and decoded")
  func large() throws {
    let message = Message(content: String(repeating: "ß", count: 1_000_000))
    #expect(try Message(decoding: message.encoded()) == message)
  }

  @Test("messages decoded within messages, on many threads at once, do not mix")
  func threads() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for round in 0..<200 {
            let message = Message(
              conversationID: "\(task)",
              sequence: Int64(round),
              sender: Sender(senderID: "\(round)")
            )
            let decoded = try Message(decoding: message.encoded())
            #expect(decoded == message)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
