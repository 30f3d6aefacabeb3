import Foundation
import WardlineAPI

/// What the terminal shows of the wire's messages: a line each, without control characters, for
/// the text was written by somebody else.
enum Rendering {
  static func line(_ message: Message) -> String {
    "\(time(message.createdAtMs))  \(message.sequence)  \(plain(name(message)))  "
      + "\(mark(message.status))  \(plain(message.content))"
  }

  static func line(_ conversation: Conversation) -> String {
    let people = conversation.participants.filter(\.isActive).map(\.displayName)
    let preview =
      conversation.isSensitive
      ? "sensitive" : conversation.lastMessage.map { plain($0.content) } ?? "no messages yet"
    return "\(conversation.conversationID)  \(conversation.unreadCount) unread  "
      + "\(plain(people.joined(separator: ", ")))  \(preview.prefix(60))"
  }

  static func name(_ message: Message) -> String {
    message.sender.map { $0.displayName.isEmpty ? $0.userID : $0.displayName } ?? message.senderID
  }

  /// How far a message has come: one check for sent, two for delivered, filled ones for read.
  static func mark(_ status: MessageStatus) -> String {
    switch status {
    case .read: "✓✓ read"
    case .delivered: "✓✓"
    case .sent, .unspecified, .unrecognized: "✓"
    }
  }

  static func time(_ milliseconds: Int64) -> String {
    let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    return date.formatted(.iso8601.time(includingFractionalSeconds: false))
  }

  /// The text without what a terminal would obey.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          case .format where scalar.value != 0x200D && scalar.value != 0x200C: "\u{FFFD}"
          default: scalar
          }
        }
      )
    )
  }
}
