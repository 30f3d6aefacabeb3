/// Why a socket has no events.
enum EventsRefused: Error {
  /// The cursor lies outside the log.
  case expired(String)
  /// The user has as many streams open as there may be.
  case tooMany(String)
  /// The cursor is none.
  case invalid(String)
}
