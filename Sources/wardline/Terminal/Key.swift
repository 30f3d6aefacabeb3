/// What somebody pressed, as far as a line editor cares.
enum Key: Hashable, Sendable {
  case text(Unicode.Scalar)
  case enter
  case backspace
  case delete
  case left
  case right
  case home
  case end
  /// Ctrl-U.
  case killLine
  /// Ctrl-W.
  case killWord
  /// Ctrl-L.
  case redraw
  /// Ctrl-C.
  case interrupt
  /// Ctrl-D.
  case endOfInput
}
