import WardlineAPI

/// What has been said in a conversation of two, as far as this terminal has seen it, and how far
/// the other side has come with it.
struct Transcript: Equatable {
  struct Entry: Equatable {
    var sequence: Int64
    var isMine: Bool
    var name: String
    var text: String
    var createdAtMs: Int64
  }

  let me: String
  /// In the order of their sequence, each once.
  private(set) var entries: [Entry] = []
  private(set) var deliveredUpTo: Int64 = 0
  private(set) var readUpTo: Int64 = 0

  init(me: String) {
    self.me = me
  }

  /// The newest message that somebody else has written; 0 while there is none.
  var newestOfOthers: Int64 { entries.last { !$0.isMine }?.sequence ?? 0 }

  /// - Returns: the entry, if the message was not there yet.
  mutating func add(_ message: Message) -> Entry? {
    let place = entries.lastIndex { $0.sequence <= message.sequence }
    if let place, entries[place].sequence == message.sequence { return nil }
    let entry = Entry(
      sequence: message.sequence,
      isMine: message.sender?.userID == me,
      name: Rendering.name(message),
      text: message.content,
      createdAtMs: message.createdAtMs
    )
    entries.insert(entry, at: place.map { $0 + 1 } ?? 0)
    if entries.count > Self.entriesMax { entries.removeFirst() }
    return entry
  }

  /// The other side has got everything up to there.
  ///
  /// - Returns: whether that was news.
  mutating func delivered(upTo sequence: Int64) -> Bool {
    guard sequence > deliveredUpTo else { return false }
    deliveredUpTo = sequence
    return true
  }

  /// The other side has read everything up to there.
  ///
  /// - Returns: whether that was news.
  mutating func read(upTo sequence: Int64) -> Bool {
    _ = delivered(upTo: sequence)
    guard sequence > readUpTo else { return false }
    readUpTo = sequence
    return true
  }

  /// How far one of my messages has come.
  func status(_ sequence: Int64) -> MessageStatus {
    if sequence <= readUpTo { return .read }
    return sequence <= deliveredUpTo ? .delivered : .sent
  }

  private static let entriesMax = 1_000
}
