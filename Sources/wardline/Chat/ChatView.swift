/// Where a chat is shown.
enum ChatView {
  /// A terminal, drawn anew after each change.
  case screen
  /// A pipe or a file: a line for each thing that happens.
  case lines

  func show(_ effects: [ChatEffect], _ state: ChatState) {
    switch self {
    case .screen: Terminal.write(ChatScreen(size: RawTerminal.size).drawing(state))
    case .lines:
      for case .show(let notice) in effects { Terminal.print(notice.line(state.transcript)) }
    }
  }
}
