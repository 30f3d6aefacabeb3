/// How much of everything the chat accepts.
public struct ChatLimits: Hashable, Sendable {
  /// The most bytes of UTF-8 in the content of a message.
  public var contentBytesMax = 16 * 1024
  /// The most bytes in the title of a conversation.
  public var titleBytesMax = 200
  /// The most bytes in the name under which a user is shown.
  public var displayNameBytesMax = 200
  /// The most bytes in what somebody writes beside their status.
  public var statusTextBytesMax = 200
  /// The most users in a conversation.
  public var participantsMax = 10_000
  /// The most users whom one request adds to a conversation.
  public var participantsPerRequestMax = 500
  /// The most users that one message mentions.
  public var mentionsMax = 50
  /// The most bytes of an emoji with which one reacts.
  public var emojiBytesMax = 64
  /// The most different emoji under one message.
  public var emojisPerMessageMax = 20
  /// The most versions of one message.
  public var versionsMax = 100
  /// How long a message may be edited by its sender, in milliseconds.
  public var editWindowMilliseconds: Int = 24 * 60 * 60 * 1000
  /// How long a message may be deleted for everybody by its sender, in milliseconds.
  public var deleteWindowMilliseconds: Int = 24 * 60 * 60 * 1000
  /// The most bytes of a search.
  public var queryBytesMax = 256
  /// The most bytes of a note.
  public var noteBytesMax = 2000
  /// The most rows in one page.
  public var pageRowsMax = 200
  /// The most bytes of message text in one page; one message always fits.
  public var pageBytesMax = 1024 * 1024

  public init() {}
}

extension ChatLimits {
  /// Checks the content of a message: nothing is trimmed or changed.
  ///
  /// Throws `invalidArgument` if it is empty, blank, too long, or holds U+0000.
  public func validate(content: String) throws(ChatError) {
    try requireText(content, field: "content", bytesMax: contentBytesMax)
    guard !ControlCharacters.hasNull(content) else {
      throw .invalidArgument(field: "content", message: "must not hold U+0000")
    }
  }

  /// Checks what is said about a file or an image, which may be nothing.
  public func validate(caption: String) throws(ChatError) {
    if !caption.isEmpty { try validate(content: caption) }
  }

  /// Checks who is spoken to: no more than `mentionsMax`, each once.
  public func validate(mentions: [UserID]) throws(ChatError) {
    try requireDistinct(mentions, field: "mentions", countMax: mentionsMax)
  }

  /// Checks who is to take part: no more than `participantsPerRequestMax`, each once.
  public func validate(participants: [UserID], field: String) throws(ChatError) {
    guard !participants.isEmpty else {
      throw .invalidArgument(field: field, message: "must name at least one user")
    }
    try requireDistinct(participants, field: field, countMax: participantsPerRequestMax)
  }

  private func requireDistinct(
    _ users: [UserID],
    field: String,
    countMax: Int
  ) throws(ChatError) {
    guard users.count <= countMax else {
      throw .invalidArgument(
        field: field,
        message: "has \(users.count) users; at most \(countMax) are accepted"
      )
    }
    guard Set(users).count == users.count else {
      throw .invalidArgument(field: field, message: "must name each user once")
    }
  }

  /// Checks an emoji: one character that is drawn as one.
  public func validate(emoji: String) throws(ChatError) {
    try requireLine(emoji, field: "emoji", bytesMax: emojiBytesMax)
    let isEmoji = emoji.unicodeScalars.contains {
      $0.properties.isEmojiPresentation || $0.properties.isEmoji && $0.value > 0xFF
        || $0.value == 0xFE0F
    }
    guard emoji.count == 1, isEmoji else {
      throw .invalidArgument(field: "emoji", message: "must be one emoji")
    }
  }

  /// Checks what is searched for.
  public func validate(query: String) throws(ChatError) {
    try requireLine(query, field: "query", bytesMax: queryBytesMax)
  }

  /// Checks a title. Throws `invalidArgument` if it is blank, too long, or holds control characters.
  public func validate(title: String) throws(ChatError) {
    try requireLine(title, field: "title", bytesMax: titleBytesMax)
  }

  /// Checks a name. Throws `invalidArgument` if it is blank, too long, or holds control characters.
  public func validate(displayName: String) throws(ChatError) {
    try requireLine(displayName, field: "display_name", bytesMax: displayNameBytesMax)
  }

  /// Checks a note. Throws `invalidArgument` if it is blank, too long, or holds U+0000.
  public func validate(note: String) throws(ChatError) {
    try requireText(note, field: "note", bytesMax: noteBytesMax)
    guard !ControlCharacters.hasNull(note) else {
      throw .invalidArgument(field: "note", message: "must not hold U+0000")
    }
  }

  /// Checks what somebody writes beside their status; nothing is fine too. Throws as the other
  /// checks do.
  public func validate(statusText: String) throws(ChatError) {
    if statusText.isEmpty { return }
    try requireLine(statusText, field: "status_text", bytesMax: statusTextBytesMax)
  }

  private func requireText(_ text: String, field: String, bytesMax: Int) throws(ChatError) {
    let bytes = text.utf8.count
    guard bytes <= bytesMax else {
      throw .invalidArgument(
        field: field,
        message: "has \(bytes) bytes; at most \(bytesMax) are accepted"
      )
    }
    guard !text.unicodeScalars.allSatisfy(Self.isBlank) else {
      throw .invalidArgument(field: field, message: "must not be empty or blank")
    }
  }

  private func requireLine(_ text: String, field: String, bytesMax: Int) throws(ChatError) {
    try requireText(text, field: field, bytesMax: bytesMax)
    guard !ControlCharacters.occur(in: text) else {
      throw .invalidArgument(field: field, message: "must not hold control characters")
    }
  }

  /// Whether a reader would see nothing: white space, and what fonts leave out.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
      || scalar.value == 0
  }
}
