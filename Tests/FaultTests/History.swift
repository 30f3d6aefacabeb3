/// What clients saw of a server that was killed under them, and what it holds in the end.
struct History: Sendable {
  /// An answer to a send. Its key is the message's content too, so that it can be found again.
  struct Acknowledgement: Sendable, Hashable {
    let key: String
    let conversation: String
    let sequence: Int64
  }

  /// A message as it is listed or pushed.
  struct Message: Sendable, Hashable {
    let conversation: String
    let sequence: Int64
    let content: String
  }

  /// What one subscriber was pushed, over all of its connections, in order.
  struct Subscriber: Sendable {
    let name: String
    /// The conversations that it takes part in.
    let conversations: Set<String>
    let messages: [Message]
  }

  /// Every key that was ever sent, answered or not.
  var attempted: Set<String> = []
  var acknowledged: [Acknowledgement] = []
  /// The conversations as listed in the end, in the order of the listing.
  var stored: [String: [Message]] = [:]
  var subscribers: [Subscriber] = []
}
