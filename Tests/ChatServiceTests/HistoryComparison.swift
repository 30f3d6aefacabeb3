import ChatModel
import ChatRepository
import Testing

@testable import ChatService

/// Compares what the use cases answer with what the oracle says, for everybody.
struct HistoryComparison {
  let ward: Ward
  let people: [Principal]
  let groups: [(id: ConversationID, oracle: HistoryOracle)]

  /// A line for each difference.
  func differences(at time: Timestamp?) async throws -> [String] {
    var found: [String] = []
    for person in people {
      for (id, oracle) in groups { found += try await view(of: id, oracle, person, at: time) }
      let total = groups.reduce(0) { $0 + $1.oracle.unread(person.userID) }
      let answered = try await ward.chat.messages.unreadCount(in: nil, person)
      if answered != total {
        found.append("\(person.userID) has \(answered) unread in all, not \(total)")
      }
    }
    return found
  }

  private func view(
    of id: ConversationID,
    _ oracle: HistoryOracle,
    _ person: Principal,
    at time: Timestamp?
  ) async throws -> [String] {
    let user = person.userID
    guard oracle.present(user) != nil else { return try await nothing(of: id, person) }
    var found: [String] = []
    let unread = try await ward.chat.messages.unreadCount(in: id, person)
    if unread != oracle.unread(user) {
      found.append("\(user) has \(unread) unread, not \(oracle.unread(user))")
    }
    let listed = try await ward.chat.messages.list(
      id,
      in: MessageRange(limit: 100_000, byteLimit: .max),
      person
    ).items
    let shown = listed.map { Self.line($0) }
    let expected = oracle.visible(to: user).map { Self.line($0, oracle.status($0)) }
    if shown != expected {
      let different = Set(shown).symmetricDifference(expected).sorted().prefix(4)
      found.append("\(user) sees otherwise: \(different)")
    }
    for message in oracle.messages {
      found += try await receipts(of: message, in: id, oracle, person, at: time)
    }
    return found
  }

  /// Who takes no part learns nothing.
  private func nothing(of id: ConversationID, _ person: Principal) async throws -> [String] {
    do {
      _ = try await ward.chat.conversations.get(id, person)
      return ["\(person.userID) sees a conversation in which they take no part"]
    } catch {
      return error == .notFound(.conversation) ? [] : ["\(person.userID) is told \(error)"]
    }
  }

  private func receipts(
    of message: HistoryOracle.Said,
    in id: ConversationID,
    _ oracle: HistoryOracle,
    _ person: Principal,
    at time: Timestamp?
  ) async throws -> [String] {
    let sequence = MessageSequence(rawValue: message.sequence) ?? .zero
    let messageID = MessageID(conversation: id, sequence: sequence)
    let isVisible = oracle.sees(person.userID, message.sequence)
    let lines: [String]
    do {
      let answer = try await ward.chat.messages.receipts(messageID, at: time, person)
      lines = answer.receipts.map {
        HistoryOracle.line(
          $0.userID,
          [$0.deliveredAt, $0.readAt, $0.acknowledgedAt],
          isActive: $0.isActive
        )
      }.sorted()
    } catch {
      let isRight = !isVisible && error == .notFound(.message)
      return isRight ? [] : ["\(person.userID), receipts of \(message.sequence): \(error)"]
    }
    guard isVisible else { return ["\(person.userID) has receipts of what they do not see"] }
    let expected = oracle.receipts(message, at: time)
    return lines == expected
      ? [] : ["receipts of \(message.sequence) at \(time as Any): \(lines), not \(expected)"]
  }

  private static func line(_ message: Message) -> String {
    let reactions = message.reactions.flatMap { reaction in
      reaction.users.map { "\(reaction.emoji)\($0)" }
    }
    return "\(message.sequence) \(message.sender.userID) \(message.content) \(message.version) "
      + "\(message.isDeleted) \(message.status) \(reactions.sorted())"
  }

  private static func line(_ said: HistoryOracle.Said, _ status: MessageStatus) -> String {
    let reactions = said.reactions.map { "\($0.emoji)\($0.user)" }
    return "\(said.sequence) \(said.author) \(said.isDeleted ? "" : said.contents.last ?? "") "
      + "\(said.contents.count) \(said.isDeleted) \(status) \(reactions.sorted())"
  }
}
