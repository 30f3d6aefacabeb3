import Foundation
import TTRPC
import WardlineAPI
import WardlineClient

/// `hello ADDRESS USER`: sends a message to somebody, and prints what the two have written.
@main
struct Hello {
  static func main() async throws {
    let arguments = CommandLine.arguments
    let token = ProcessInfo.processInfo.environment["WARDLINE_TOKEN"] ?? ""
    guard arguments.count == 3, let address = ServiceAddress(arguments[1]), !token.isEmpty else {
      print("usage: WARDLINE_TOKEN=TOKEN hello HOST:PORT USER")
      exit(2)
    }
    let chat = ChatClient(to: address) { token }
    // The same key within a minute: run twice, the message is there once.
    let minute = Int(Date().timeIntervalSince1970) / 60
    let sent = try await chat.messages.send(
      SendMessageRequest(
        to: .recipientID(arguments[2]),
        content: "Hello from Swift",
        idempotencyKey: "hello-swift-\(minute)"
      )
    )
    let page = try await chat.messages.list(
      ListMessagesRequest(conversationID: sent.conversationID)
    )
    for message in page.messages { print("\(message.sender?.userID ?? ""): \(message.content)") }
    await chat.close()
  }
}
