/// What a service may do in the names of users.
///
/// A token says it in its claim `scope`, as words separated by blanks: `act:message.write` is one
/// right, `act:*` is all of them. Words that are not known mean nothing here.
public struct ActingRights: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  public static let readMessages = ActingRights(rawValue: 1 << 0)
  public static let writeMessages = ActingRights(rawValue: 1 << 1)
  public static let readConversations = ActingRights(rawValue: 1 << 2)
  public static let writeConversations = ActingRights(rawValue: 1 << 3)
  public static let readUsers = ActingRights(rawValue: 1 << 4)
  public static let readEvents = ActingRights(rawValue: 1 << 5)
  public static let readPresence = ActingRights(rawValue: 1 << 6)
  public static let writePresence = ActingRights(rawValue: 1 << 7)
  public static let readAttachments = ActingRights(rawValue: 1 << 8)
  public static let writeAttachments = ActingRights(rawValue: 1 << 9)
  public static let readCareTeams = ActingRights(rawValue: 1 << 10)
  public static let writeCareTeams = ActingRights(rawValue: 1 << 11)
  public static let readAudit = ActingRights(rawValue: 1 << 12)

  /// The words behind `act:`.
  public static let names: [(name: String, right: ActingRights)] = [
    ("message.read", .readMessages), ("message.write", .writeMessages),
    ("conversation.read", .readConversations), ("conversation.write", .writeConversations),
    ("user.read", .readUsers), ("event.read", .readEvents),
    ("presence.read", .readPresence), ("presence.write", .writePresence),
    ("attachment.read", .readAttachments), ("attachment.write", .writeAttachments),
    ("careteam.read", .readCareTeams), ("careteam.write", .writeCareTeams),
    ("audit.read", .readAudit),
  ]

  public static let all = ActingRights(names.map(\.right))

  /// - Parameter scope: the claim of a token.
  public init(scope: String) {
    self = []
    for word in scope.split(separator: " ") where word.hasPrefix("act:") {
      let name = word.dropFirst(4)
      if name == "*" {
        formUnion(.all)
      } else if let known = Self.names.first(where: { $0.name == name }) {
        insert(known.right)
      }
    }
  }
}

extension ActingRights: CustomStringConvertible {
  /// As a claim would say it.
  public var description: String {
    Self.names.filter { contains($0.right) }.map { "act:\($0.name)" }.joined(separator: " ")
  }
}
