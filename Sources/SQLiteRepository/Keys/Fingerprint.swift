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
    var hash = SHA256()
    hash.update(data: Data(type(of: intent).operation.utf8))
    hash.update(data: try encoder.encode(intent))
    self.init(hash)
  }

  /// Of a message. Its conversation counts, not by which name it was asked for.
  init(of message: AppendMessage, to conversation: ConversationID) {
    var hash = SHA256()
    Self.add(conversation.description, to: &hash)
    Self.add(message.type.rawValue, to: &hash)
    Self.add(message.content, to: &hash)
    // Most messages have nothing of this, and none of it can be taken for another.
    if let attachment = message.attachmentID { Self.add("attachment \(attachment)", to: &hash) }
    if message.priority == .urgent { Self.add("urgent", to: &hash) }
    if let parent = message.replyTo { Self.add("reply \(parent)", to: &hash) }
    for user in message.mentions { Self.add("mention \(user)", to: &hash) }
    if let source = message.forwardedFrom { Self.add("forward \(source)", to: &hash) }
    self.init(hash)
  }

  private init(_ hash: SHA256) {
    data = Data(hash.finalize().prefix(Self.byteCount))
  }

  /// Adds a text with its length, so that no two lists of texts look alike.
  private static func add(_ text: String, to hash: inout SHA256) {
    var text = text
    text.withUTF8 { bytes in
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).littleEndian) {
        hash.update(bufferPointer: $0)
      }
      hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
    }
  }
}
