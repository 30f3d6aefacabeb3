/// The whole screen of a chat: who one talks to, the conversation, a remark, the line being typed.
struct ChatScreen {
  let size: TerminalSize

  /// What to write so that the terminal shows the chat, whatever it showed before.
  func drawing(_ state: ChatState) -> String {
    let (prompt, cursorColumn) = prompt(state.editor)
    var rows = [header(state)]
    let room = max(0, size.rows - 3)
    let lines = conversation(state).suffix(room)
    rows += Array(repeating: "", count: room - lines.count) + lines
    rows += [Self.dim + fitted(" " + remark(state)) + Self.plain, prompt]
    var text = Self.hideCursor
    for (index, row) in rows.suffix(size.rows).enumerated() {
      text += "\u{1B}[\(index + 1);1H\(row)\u{1B}[K"
    }
    return text + "\u{1B}[\(min(rows.count, size.rows));\(cursorColumn)H" + Self.showCursor
  }

  private func header(_ state: ChatState) -> String {
    let connection =
      switch state.connection {
      case .connecting: "connecting"
      case .connected: "connected"
      case .lost: "CONNECTION LOST"
      }
    let presence = state.otherPresence.map { " (\(Rendering.plain(Rendering.words($0))))" } ?? ""
    let left = " " + Rendering.plain(state.otherName) + presence
    let right = "\(connection) "
    let space = size.columns - TextWidth.columns(left) - TextWidth.columns(right)
    let line = left + String(repeating: " ", count: max(1, space)) + right
    return Self.reverse + fitted(line) + Self.plain
  }

  private func remark(_ state: ChatState) -> String {
    if state.connection == .lost && !state.outgoing.isEmpty {
      let count = state.outgoing.lines.count
      return "connection lost; trying again, \(count) unsent line\(count == 1 ? "" : "s") kept"
    }
    if state.isOtherTyping { return "\(Rendering.plain(state.otherName)) is typing" }
    return state.remark.isEmpty ? "Enter sends, /quit leaves" : Rendering.plain(state.remark)
  }

  // MARK: The conversation

  private func conversation(_ state: ChatState) -> [String] {
    var lines: [String] = []
    var day = ""
    for entry in state.transcript.entries {
      let time = LocalTime(milliseconds: entry.createdAtMs)
      if time.day != day {
        day = time.day
        lines.append(Self.dim + fitted("      \(day)") + Self.plain)
      }
      let mark = entry.isMine ? Rendering.mark(state.transcript.status(entry.sequence)) : ""
      lines += message(time.time, mark, entry.isMine ? "You" : entry.name, entry.text)
    }
    for line in state.outgoing.lines { lines += message("", "…", "You", line.text) }
    return lines
  }

  private func message(_ time: String, _ mark: String, _ name: String, _ text: String) -> [String] {
    let margin = Self.padded(time, 5) + " " + Self.padded(mark, 7) + " "
    let width = TextWidth.columns(margin)
    let wrapped = TextWidth.wrapped(
      Rendering.plain(name) + ": " + Rendering.plain(text),
      columns: size.columns - width
    )
    let indent = String(repeating: " ", count: width)
    return wrapped.enumerated().map { index, line in fitted((index == 0 ? margin : indent) + line) }
  }

  // MARK: The prompt

  /// The line being typed, moved sideways so that its cursor is seen, and the column of that.
  private func prompt(_ editor: LineEditor) -> (String, Int) {
    let room = max(1, size.columns - 3)
    let before = TextWidth.suffix(Rendering.plain(editor.beforeCursor), columns: room)
    let column = TextWidth.columns(before)
    let after = TextWidth.prefix(Rendering.plain(editor.afterCursor), columns: room - column)
    return ("> " + before + after, column + 3)
  }

  private func fitted(_ line: String) -> String {
    TextWidth.prefix(line, columns: size.columns)
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - TextWidth.columns(text)))
  }

  private static let reverse = "\u{1B}[7m"
  private static let dim = "\u{1B}[2m"
  private static let plain = "\u{1B}[0m"
  private static let hideCursor = "\u{1B}[?25l"
  private static let showCursor = "\u{1B}[?25h"
}
