import ChatModel
import ProtobufC
import WardlineAPI

/// One answer of a subscription as JSON: the same for all three ways to read them.
struct EventText: Sendable {
  let cursor: String
  let json: String
  var isHeartbeat = false

  /// Nil for what says nothing to readers, such as the end of the subscription.
  init?(_ response: SubscribeResponse) {
    cursor = response.cursor
    var text = JSONText(isPretty: false)
    switch response.body {
    case .event(let event):
      guard let change = event.change else { return nil }
      Self.open(&text, cursor, change.typeName, event.conversationID, event.occurredAtMs)
      change.write(into: &text)
    case .heartbeat(let heartbeat):
      isHeartbeat = true
      Self.open(&text, cursor, "heartbeat", "", heartbeat.serverTimeMs)
      Shapes.heartbeat.write(heartbeat, into: &text)
    case .typing(let typing):
      Self.open(&text, cursor, "typing", typing.conversationID, 0)
      Shapes.typing.write(typing, into: &text)
    case .presence(let presence):
      Self.open(&text, cursor, "presence", "", 0)
      Shapes.presenceChanged.write(presence, into: &text)
    case .ended, nil: return nil
    }
    text.close("}")
    json = text.text
  }

  /// Everything up to the data.
  private static func open(
    _ text: inout JSONText,
    _ cursor: String,
    _ type: String,
    _ conversation: String,
    _ occurredAtMs: Int64
  ) {
    text.open("{")
    text.member("cursor")
    text.string(cursor)
    text.member("type")
    text.string(type)
    text.member("Conversation_id")
    if conversation.isEmpty { text.null() } else { text.string(conversation) }
    text.member("Occurred_at")
    if occurredAtMs == 0 {
      text.null()
    } else {
      text.string(Timestamp(milliseconds: occurredAtMs).description)
    }
    text.member("data")
  }
}

extension WardlineAPI.Event.Change {
  /// The name of the field that the API has for it.
  fileprivate var typeName: String {
    switch self {
    case .conversationCreated: "conversation_created"
    case .messageCreated: "message_created"
    case .receiptMoved: "receipt_moved"
    case .conversationUpdated: "conversation_updated"
    case .participantJoined: "participant_joined"
    case .participantLeft: "participant_left"
    case .participantChanged: "participant_changed"
    case .messageEdited: "message_edited"
    case .messageDeleted: "message_deleted"
    case .messageHidden: "message_hidden"
    case .reactionAdded: "reaction_added"
    case .reactionRemoved: "reaction_removed"
    case .conversationMuted: "conversation_muted"
    case .assignmentChanged: "assignment_changed"
    case .attachmentChanged: "attachment_changed"
    }
  }

  fileprivate func write(into text: inout JSONText) {
    switch self {
    case .conversationCreated(let value): Shapes.conversation.write(value, into: &text)
    case .messageCreated(let value): Shapes.message.write(value, into: &text)
    case .receiptMoved(let value): Shapes.receiptMoved.write(value, into: &text)
    case .conversationUpdated(let value): Shapes.conversationUpdated.write(value, into: &text)
    case .participantJoined(let value):
      Shapes.participant.write(value.participant ?? WardlineAPI.Participant(), into: &text)
    case .participantLeft(let value): Shapes.participantLeft.write(value, into: &text)
    case .participantChanged(let value): Shapes.participantChanged.write(value, into: &text)
    case .messageEdited(let value):
      Shapes.message.write(value.message ?? WardlineAPI.Message(), into: &text)
    case .messageDeleted(let value): Shapes.messageDeleted.write(value, into: &text)
    case .messageHidden(let value): Shapes.messageHidden.write(value, into: &text)
    case .reactionAdded(let value), .reactionRemoved(let value):
      Shapes.reactionChanged.write(value, into: &text)
    case .conversationMuted(let value): Shapes.conversationMuted.write(value, into: &text)
    case .assignmentChanged(let value):
      Shapes.careAssignment.write(CareAssignment(value), into: &text)
    case .attachmentChanged(let value): Shapes.attachmentChanged.write(value, into: &text)
    }
  }
}
