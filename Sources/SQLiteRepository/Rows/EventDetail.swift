import ChatModel
import Foundation

/// What an event tells that stands in no table, or not as it was then. Stored as JSON.
struct EventDetail: Codable, Hashable {
  var change: ConversationChange?
  var role: ParticipantRole?
  var reason: DepartureReason?
  var user: UserID?
  var emoji: String?
  var version: Int?
  var until: Timestamp?
  var assignment: CareAssignment?
  var attachment: AttachmentChange?

  /// What may be called otherwise later; nil if there is nothing, as in direct conversations.
  init?(beginning conversation: Conversation, _ participants: [Participant]) {
    guard conversation.title != nil || conversation.history != .all,
      let creator = participants.first(where: { $0.id == conversation.createdBy })
    else { return nil }
    self.init(
      change: ConversationChange(
        title: conversation.title,
        isActive: true,
        history: conversation.history,
        isSensitive: false,
        by: creator.userID
      )
    )
  }

  func json() throws -> String {
    String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
  }

  init(json: String?) throws {
    guard let json else { return }
    do {
      self = try JSONDecoder().decode(EventDetail.self, from: Data(json.utf8))
    } catch {
      throw DamagedRow()
    }
  }

  init(
    change: ConversationChange? = nil,
    role: ParticipantRole? = nil,
    reason: DepartureReason? = nil,
    user: UserID? = nil,
    emoji: String? = nil,
    version: Int? = nil,
    until: Timestamp? = nil,
    assignment: CareAssignment? = nil,
    attachment: AttachmentChange? = nil
  ) {
    self.change = change
    self.role = role
    self.reason = reason
    self.user = user
    self.emoji = emoji
    self.version = version
    self.until = until
    self.assignment = assignment
    self.attachment = attachment
  }
}
