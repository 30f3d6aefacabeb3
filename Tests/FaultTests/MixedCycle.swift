import TTRPC
import WardlineAPI

/// Everything that can be done to a conversation, once each, in an order in which each step changes
/// something: a visitor comes and goes in it.
struct MixedCycle: Sendable {
  static let visitor = "noah"
  static let stepCount = 21

  let owner: String
  let group: String
  let number: Int
  /// The answers of the steps so far.
  var answers: [MixedStep.Answer] = []

  private func message(_ step: Int) -> String { answers[step].message }

  /// The step that follows the answers, nil at the end.
  func next(key: String) -> MixedStep? {
    let part = answers.count / 7
    let index = answers.count % 7
    return switch part {
    case 0: writing(index, key)
    case 1: receipts(index, key)
    case 2: visit(index, key)
    default: nil
    }
  }

  private func step(
    _ key: String,
    by caller: String? = nil,
    _ event: String,
    for witness: MixedStep.Witness = .everybody,
    _ call: @escaping @Sendable (ClientConnection, String) async throws -> String
  ) -> MixedStep {
    MixedStep(
      caller: caller ?? owner,
      key: key,
      call: { MixedStep.Answer(text: try await call($0, $1)) },
      event: { _ in event },
      witness: witness
    )
  }

  private func sending(
    _ key: String,
    _ call: @escaping @Sendable (ClientConnection, String) async throws -> SendMessageResponse
  ) -> MixedStep {
    MixedStep(
      caller: owner,
      key: key,
      call: {
        let answer = try await call($0, $1)
        return MixedStep.Answer(
          text: "\(answer)",
          message: answer.messageID,
          sequence: answer.sequence
        )
      },
      event: { "message \($0.message)" }
    )
  }

  private func send(_ key: String) -> MixedStep {
    let group = group
    return sending(key) {
      try await MessagesClient($0).send(
        SendMessageRequest(to: .conversationID(group), content: $1, idempotencyKey: $1)
      )
    }
  }

  // MARK: Steps 0 to 6

  private func writing(_ index: Int, _ key: String) -> MixedStep {
    let group = group
    if index < 2 { return send(key) }
    let (first, second) = (message(0), message(1))
    return switch index {
    case 2:
      step(key, "edited \(first)") {
        let request = UpdateMessageRequest(messageID: first, content: $1, idempotencyKey: $1)
        return "\(try await MessagesClient($0).update(request))"
      }
    case 3:
      step(key, "added 👍 \(first)") {
        let request = AddReactionRequest(messageID: first, emoji: "👍", idempotencyKey: $1)
        return "\(try await MessagesClient($0).addReaction(request))"
      }
    case 4:
      sending(key) {
        try await MessagesClient($0).forward(
          ForwardMessageRequest(messageID: first, to: .conversationID(group), idempotencyKey: $1)
        )
      }
    case 5:
      step(key, "removed 👍 \(first)") {
        let request = RemoveReactionRequest(messageID: first, emoji: "👍", idempotencyKey: $1)
        return "\(try await MessagesClient($0).removeReaction(request))"
      }
    default: deletion(of: second, .all, key)
    }
  }

  private func deletion(of message: String, _ scope: DeleteScope, _ key: String) -> MixedStep {
    let isForAll = scope == .all
    return step(
      key,
      "\(isForAll ? "deleted" : "hidden") \(message)",
      for: isForAll ? .everybody : .caller
    ) {
      let request = DeleteMessageRequest(messageID: message, scope: scope, idempotencyKey: $1)
      return "\(try await MessagesClient($0).delete(request))"
    }
  }

  // MARK: Steps 7 to 13

  private func receipts(_ index: Int, _ key: String) -> MixedStep {
    let (group, owner, number) = (group, owner, number)
    let upTo = answers[1].sequence
    return switch index {
    case 0: deletion(of: message(4), .me, key)
    case 1:
      step(key, "1 \(upTo) \(owner)") {
        let request = MarkDeliveredRequest(conversationID: group, upTo: upTo, idempotencyKey: $1)
        return "\(try await MessagesClient($0).markDelivered(request))"
      }
    case 2:
      step(key, "2 \(upTo) \(owner)") {
        let request = MarkReadRequest(conversationID: group, upTo: upTo, idempotencyKey: $1)
        return "\(try await MessagesClient($0).markRead(request))"
      }
    case 3:
      step(key, "3 \(upTo) \(owner)") {
        let request = AcknowledgeRequest(conversationID: group, upTo: upTo, idempotencyKey: $1)
        return "\(try await MessagesClient($0).acknowledge(request))"
      }
    case 4:
      step(key, "updated cycle \(number) true") {
        let request = UpdateConversationRequest(
          conversationID: group,
          newTitle: .title("cycle \(number)"),
          idempotencyKey: $1
        )
        return "\(try await ConversationsClient($0).update(request))"
      }
    case 5:
      step(key, "muted \(number + 1)", for: .caller) {
        let request = MuteConversationRequest(
          conversationID: group,
          untilMs: Int64(number + 1),
          idempotencyKey: $1
        )
        return "\(try await ConversationsClient($0).mute(request))"
      }
    default:
      step(key, "joined \(Self.visitor)") {
        let request = AddParticipantsRequest(
          conversationID: group,
          userIDs: [Self.visitor],
          idempotencyKey: $1
        )
        return "\(try await ConversationsClient($0).addParticipants(request))"
      }
    }
  }

  // MARK: Steps 14 to 20

  private func visit(_ index: Int, _ key: String) -> MixedStep {
    let (group, number) = (group, number)
    return switch index {
    case 0:
      step(key, "role \(Self.visitor)") {
        let request = SetParticipantRoleRequest(
          conversationID: group,
          userID: Self.visitor,
          participantRole: .moderator,
          idempotencyKey: $1
        )
        return "\(try await ConversationsClient($0).setParticipantRole(request))"
      }
    case 1, 3: send(key)
    case 2: departure(key)
    case 4: deletion(of: message(0), .all, key)
    case 5:
      step(key, "updated cycle \(number) false") {
        let request = CloseConversationRequest(conversationID: group, idempotencyKey: $1)
        return "\(try await ConversationsClient($0).close(request))"
      }
    default:
      step(key, "updated cycle \(number) true") {
        let request = ReopenConversationRequest(conversationID: group, idempotencyKey: $1)
        return "\(try await ConversationsClient($0).reopen(request))"
      }
    }
  }

  /// The visitor goes, or is made to go.
  private func departure(_ key: String) -> MixedStep {
    let group = group
    if number.isMultiple(of: 2) {
      return step(key, by: Self.visitor, "left \(Self.visitor)") {
        let request = LeaveConversationRequest(conversationID: group, idempotencyKey: $1)
        return "\(try await ConversationsClient($0).leave(request))"
      }
    }
    return step(key, "left \(Self.visitor)") {
      let request = RemoveParticipantRequest(
        conversationID: group,
        userID: Self.visitor,
        idempotencyKey: $1
      )
      return "\(try await ConversationsClient($0).removeParticipant(request))"
    }
  }
}
