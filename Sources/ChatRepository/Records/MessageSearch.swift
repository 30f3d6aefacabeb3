public import ChatModel

/// What to look for in the messages that a user may see.
public struct MessageSearch: Hashable, Sendable {
  /// Every word of it must stand in a message, regardless of case and diacritics.
  public var text: String
  public var conversation: ConversationID?
  public var sender: UserID?
  /// Sent then or later.
  public var since: Timestamp?
  /// Sent before.
  public var until: Timestamp?
  public var hasAttachment: Bool?
  /// How many of the best to leave out: those of the pages before.
  public var offset: Int
  /// The most hits, from 1.
  public var limit: Int

  public init(
    text: String,
    conversation: ConversationID? = nil,
    sender: UserID? = nil,
    since: Timestamp? = nil,
    until: Timestamp? = nil,
    hasAttachment: Bool? = nil,
    offset: Int = 0,
    limit: Int
  ) {
    self.text = text
    self.conversation = conversation
    self.sender = sender
    self.since = since
    self.until = until
    self.hasAttachment = hasAttachment
    self.offset = offset
    self.limit = limit
  }
}

/// A message that was found.
public struct FoundMessage: Hashable, Sendable {
  public var message: Message
  /// The part of the text in which most of the words stand.
  public var snippet: Snippet
  /// Greater is better. Only hits of one search can be compared.
  public var score: Double

  public init(message: Message, snippet: Snippet, score: Double) {
    self.message = message
    self.snippet = snippet
    self.score = score
  }
}

/// A part of a text, and where in it the words stand that were looked for.
public struct Snippet: Hashable, Sendable {
  public var text: String
  /// In Unicode scalars of `text`, ascending, apart from each other.
  public var highlights: [Range<Int>]

  public init(text: String, highlights: [Range<Int>]) {
    self.text = text
    self.highlights = highlights
  }
}
