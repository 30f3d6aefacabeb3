import WardlineAPI

extension ChatNotice {
  /// The notice in a line, for output that is no terminal.
  func line(_ transcript: Transcript) -> String {
    switch self {
    case .message(let entry):
      let time = LocalTime(milliseconds: entry.createdAtMs)
      let mark = entry.isMine ? Rendering.mark(transcript.status(entry.sequence)) + "  " : ""
      let name = entry.isMine ? "You" : Rendering.plain(entry.name)
      return "\(time.day) \(time.time)  #\(entry.sequence)  \(mark)\(name): "
        + Rendering.plain(entry.text)
    case .delivered(let sequence): return "✓✓ delivered up to #\(sequence)"
    case .read(let sequence): return "✓✓ read up to #\(sequence)"
    case .remark(let text): return "-- \(Rendering.plain(text))"
    }
  }
}
