/// How much of everything the chat accepts.
public struct ChatLimits: Hashable, Sendable {
  /// The most bytes of UTF-8 in the content of a message.
  public var contentBytesMax = 16 * 1024
  /// The most bytes in the title of a conversation.
  public var titleBytesMax = 200
  /// The most bytes in the name under which a user is shown.
  public var displayNameBytesMax = 200
  /// The most bytes in the address of an attachment.
  public var attachmentURLBytesMax = 2048
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
    guard !content.utf8.contains(0) else {
      throw .invalidArgument(field: "content", message: "must not hold U+0000")
    }
  }

  /// Checks a title. Throws `invalidArgument` if it is blank, too long, or holds control characters.
  public func validate(title: String) throws(ChatError) {
    try requireLine(title, field: "title", bytesMax: titleBytesMax)
  }

  /// Checks a name. Throws `invalidArgument` if it is blank, too long, or holds control characters.
  public func validate(displayName: String) throws(ChatError) {
    try requireLine(displayName, field: "display_name", bytesMax: displayNameBytesMax)
  }

  /// Checks an attachment's address. Throws as the other checks do.
  public func validate(attachmentURL: String) throws(ChatError) {
    try requireLine(attachmentURL, field: "attachment_url", bytesMax: attachmentURLBytesMax)
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
