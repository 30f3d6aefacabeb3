import ArgumentParser
import Testing

@testable import wardline

@Suite("Where a command connects, and with what")
struct ConnectionOptionsTests {
  @Test(
    "a token that goes over a network in plain text is warned of, any other is not",
    arguments: [
      (["--token", "t", "--address", "192.0.2.1:7300"], true),
      (["--token", "t", "--address", "chat.example:7300"], true),
      (["--token", "t", "--address", "[2001:db8::1]:7300"], true),
      (["--token", "t", "--address", "tls://chat.example:7300"], false),
      (["--token", "t", "--address", "127.0.0.1:7300"], false),
      (["--token", "t", "--address", "[::1]:7300"], false),
      (["--token", "t", "--address", "localhost:7300"], false),
      (["--token", "t", "--address", "unix:chat.sock"], false),
      (["--address", "192.0.2.1:7300"], false),
    ]
  )
  func plainText(arguments: [String], isWarned: Bool) throws {
    let options = try ConnectionOptions.parse(arguments)
    #expect((options.plainTextWarning != nil) == isWarned)
  }
}
