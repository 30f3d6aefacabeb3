import ChatModel
import ChatRepository
import Crypto
import Foundation

/// By what two requests under one idempotency key are told apart: half of a SHA-256 of what is asked
/// for.
struct Fingerprint: Hashable {
  let data: Data

  private static let byteCount = 16

  init(data: Data) { self.data = data }

  /// Of any intent: its JSON with sorted keys.
  init(of intent: some WriteIntent) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Array(type(of: intent).operation.utf8)
    bytes.append(contentsOf: try encoder.encode(intent))
    self.init(hashing: bytes)
  }

  /// Of a message. Its conversation counts, not by which name it was asked for.
  init(of message: AppendMessage, to conversation: ConversationID) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(message.content.utf8.count + 64)
    Self.add(conversation.description, to: &bytes)
    Self.add(message.type.rawValue, to: &bytes)
    Self.add(message.content, to: &bytes)
    // Most messages have nothing of this, and none of it can be taken for another.
    if let attachment = message.attachmentID { Self.add("attachment \(attachment)", to: &bytes) }
    if message.priority == .urgent { Self.add("urgent", to: &bytes) }
    if let parent = message.replyTo { Self.add("reply \(parent)", to: &bytes) }
    for user in message.mentions { Self.add("mention \(user)", to: &bytes) }
    if let source = message.forwardedFrom { Self.add("forward \(source)", to: &bytes) }
    self.init(hashing: bytes)
  }

  private init(hashing bytes: [UInt8]) {
    data = SHA256.hash(data: bytes).withUnsafeBytes { digest in
      Data(UnsafeRawBufferPointer(rebasing: digest.prefix(Self.byteCount)))
    }
  }

  /// Adds a text with its length, so that no two lists of texts look alike.
  private static func add(_ text: String, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.utf8.count).littleEndian) {
      bytes.append(contentsOf: $0)
    }
    bytes.append(contentsOf: text.utf8)
  }
}
