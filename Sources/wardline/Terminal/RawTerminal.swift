#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The terminal, given over key by key instead of line by line, until it is restored.
struct RawTerminal {
  private let original: termios

  /// nil when standard input is no terminal.
  init?() {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    original = settings
    settings.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
    settings.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0 else { return nil }
    Terminal.write(Self.enterAlternateScreen)
  }

  func restore() {
    Terminal.write(Self.leaveAlternateScreen)
    var settings = original
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
  }

  /// Columns and rows of the terminal; 80 and 24 when it does not say.
  static var size: TerminalSize {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return TerminalSize(columns: 80, rows: 24) }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  private static let enterAlternateScreen = "\u{1B}[?1049h\u{1B}[2J"
  private static let leaveAlternateScreen = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
}

struct TerminalSize: Hashable, Sendable {
  var columns: Int
  var rows: Int
}
