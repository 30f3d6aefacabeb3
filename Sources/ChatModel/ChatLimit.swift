/// A limit of the chat by the name under which it is set.
public enum ChatLimit: String, Hashable, Sendable, CaseIterable {
  case contentBytes = "content-bytes"
  case titleBytes = "title-bytes"
  case displayNameBytes = "display-name-bytes"
  case statusTextBytes = "status-text-bytes"
  case participants
  case participantsPerRequest = "participants-per-request"
  case mentions
  case emojiBytes = "emoji-bytes"
  case emojisPerMessage = "emojis-per-message"
  case versions
  case editWindow = "edit-window-ms"
  case deleteWindow = "delete-window-ms"
  case queryBytes = "query-bytes"
  case noteBytes = "note-bytes"
  case pageRows = "page-rows"
  case pageBytes = "page-bytes"
}

extension ChatLimits {
  /// A limit by its name: bytes, milliseconds or a number of things, as the name says.
  public subscript(limit: ChatLimit) -> Int {
    get { self[keyPath: Self.path(limit)] }
    set { self[keyPath: Self.path(limit)] = newValue }
  }

  /// What a limit may be set to.
  public static func range(of limit: ChatLimit) -> ClosedRange<Int> {
    switch limit {
    // A page holds whole messages, and an answer has to fit a frame.
    case .contentBytes: 1...(1024 * 1024)
    case .pageBytes: 1...(3 * 1024 * 1024)
    case .titleBytes, .displayNameBytes, .statusTextBytes, .queryBytes: 1...4096
    case .emojiBytes: 4...256
    case .noteBytes: 1...16_384
    case .participants: 2...100_000
    case .participantsPerRequest, .mentions: 1...10_000
    case .emojisPerMessage: 1...1000
    case .versions: 1...10_000
    case .editWindow, .deleteWindow: 0...(100 * 365 * 86_400_000)
    case .pageRows: 1...1000
    }
  }

  private static func path(_ limit: ChatLimit) -> WritableKeyPath<ChatLimits, Int> {
    switch limit {
    case .contentBytes: \.contentBytesMax
    case .titleBytes: \.titleBytesMax
    case .displayNameBytes: \.displayNameBytesMax
    case .statusTextBytes: \.statusTextBytesMax
    case .participants: \.participantsMax
    case .participantsPerRequest: \.participantsPerRequestMax
    case .mentions: \.mentionsMax
    case .emojiBytes: \.emojiBytesMax
    case .emojisPerMessage: \.emojisPerMessageMax
    case .versions: \.versionsMax
    case .editWindow: \.editWindowMilliseconds
    case .deleteWindow: \.deleteWindowMilliseconds
    case .queryBytes: \.queryBytesMax
    case .noteBytes: \.noteBytesMax
    case .pageRows: \.pageRowsMax
    case .pageBytes: \.pageBytesMax
    }
  }
}
