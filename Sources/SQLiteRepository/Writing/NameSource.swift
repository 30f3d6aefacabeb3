import ChatModel
import Synchronization

/// Makes the identifiers of what a repository stores.
struct NameSource: Sendable {
  let makeConversationID: @Sendable (Timestamp) -> ConversationID
  let makeAttachmentID: @Sendable () -> AttachmentID

  init(_ generator: some RandomNumberGenerator & Sendable) {
    let shared = Shared(generator)
    makeConversationID = { time in shared.draw { ConversationID.generate(at: time, using: &$0) } }
    makeAttachmentID = { shared.draw { AttachmentID.generate(using: &$0) } }
  }

  private final class Shared<Generator: RandomNumberGenerator & Sendable>: Sendable {
    private let generator: Mutex<Generator>

    init(_ generator: Generator) { self.generator = Mutex(generator) }

    func draw<Name: Sendable>(_ body: (inout Generator) -> Name) -> Name {
      generator.withLock { body(&$0) }
    }
  }
}
