import ChatModel
import ChatRepository
import Foundation
import SeededRandom
import Testing

@testable import ChatService

@Suite("A clock that jumps")
struct ClockJumpTests {
  /// By how many seconds it goes on before each thing that is done.
  enum Clock: CaseIterable {
    case hourBack, dayForward, backwards, atRandom

    func step(_ number: Int, _ random: inout SeededGenerator) -> Int64 {
      switch self {
      case .hourBack: number == 20 ? -3600 : 1
      case .dayForward: number == 20 ? 86_400 : number == 40 ? -86_400 : 1
      case .backwards: -1
      case .atRandom: Int64.random(in: -100_000...100_000, using: &random)
      }
    }
  }

  private static let seed =
    ProcessInfo.processInfo.environment["WARDLINE_SEED"].flatMap(UInt64.init)
    ?? UInt64.random(in: 0..<1_000_000)

  @Test("does not change the order of anything, nor has anybody read what was not sent yet")
  func order() async throws {
    for run in 0..<Soak.count(12, soak: 200) {
      var random = SeededGenerator(seed: Self.seed + UInt64(run))
      let clock = Clock.allCases[run % Clock.allCases.count]
      let ward = try Ward()
      let ann = try await ward.enter("ann", .nurse)
      let bob = try await ward.enter("bob", .doctor)
      var conversation: ConversationID?
      for number in 0..<60 {
        ward.advance(seconds: clock.step(number, &random))
        let sent = try await ward.send("\(number)", from: ann, to: .direct(bob.userID))
        conversation = sent.id.conversation
        ward.advance(seconds: clock.step(number, &random))
        let kind = ReceiptKind.allCases.randomElement(using: &random) ?? .read
        try await Self.mark(kind, sent.id, bob, ward)
      }
      let id = try #require(conversation)
      let hint: Comment = "\(clock), run \(run); repeat with WARDLINE_SEED=\(Self.seed)"
      try await Self.expectOrder(of: id, ann, ward, hint)
      try await Self.expectLog(of: ann, ward, hint)
      await ward.repository.close()
    }
  }

  private static func mark(
    _ kind: ReceiptKind,
    _ id: MessageID,
    _ reader: Principal,
    _ ward: Ward
  ) async throws {
    try await withCheckedThrowingContinuation { continuation in
      ward.chat.messages.mark(
        kind,
        id.conversation,
        upTo: id.sequence,
        key: nil,
        reader,
        on: ImmediateCompletionExecutor.shared
      ) { continuation.resume(with: $0.map { _ in }) }
    }
  }

  private static func expectOrder(
    of id: ConversationID,
    _ viewer: Principal,
    _ ward: Ward,
    _ hint: Comment
  ) async throws {
    let range = MessageRange(limit: 1000, byteLimit: .max)
    let messages = try await ward.chat.messages.list(id, in: range, viewer).items
    #expect(messages.map(\.content) == (0..<60).map(String.init), hint)
    let times = messages.map(\.createdAt)
    #expect(times == times.sorted(), hint)
    var before = Timestamp(milliseconds: 0)
    for message in messages {
      let answer = try await ward.chat.messages.receipts(message.id, at: nil, viewer)
      for receipt in answer.receipts {
        let moves = [receipt.deliveredAt, receipt.readAt, receipt.acknowledgedAt]
          .compactMap(\.self)
        #expect(moves == moves.sorted(), hint)
        #expect(moves.allSatisfy { $0 >= answer.sentAt }, hint)
        // What was sent later was not seen earlier.
        #expect(receipt.deliveredAt.map { $0 >= before } ?? false, hint)
        before = receipt.deliveredAt ?? before
      }
    }
  }

  private static func expectLog(
    of viewer: Principal,
    _ ward: Ward,
    _ hint: Comment
  ) async throws {
    let page = try await ward.repository.events(EventQuery(after: .zero, user: viewer.userID))
    let positions = page.events.map(\.position.rawValue)
    #expect(positions == positions.indices.map { Int64($0) + 1 }, hint)
  }

  @Test("ends a participation no earlier than it began, and says so to who asked")
  func leaving() async throws {
    let ward = try Ward()
    let ann = try await ward.enter("ann", .nurse)
    let bob = try await ward.enter("bob", .doctor)
    let group = try await ward.chat.conversations.create(
      .group,
      title: "Ward 3",
      others: [bob.userID],
      history: .all,
      key: nil,
      ann
    ).conversation.id
    ward.advance(seconds: -3600)
    let left = try await ward.chat.conversations.removeParticipant(
      bob.userID,
      from: group,
      key: nil,
      bob
    )
    let found = try await ward.chat.conversations.get(group, ann).participants
    let participant = try #require(found.first { $0.userID == bob.userID })
    #expect(participant.leftAt == left.leftAt)
    #expect(left.leftAt >= participant.joinedAt)
  }

  @Test("ends a token when it says so, also after a jump back")
  func tokens() async throws {
    let ward = try Ward()
    let ann = try await ward.enter("ann", .nurse)
    #expect(ward.chat.sessions.isCurrent(ann))
    ward.advance(seconds: -3600)
    #expect(ward.chat.sessions.isCurrent(ann))
    ward.advance(seconds: 86_400)
    #expect(!ward.chat.sessions.isCurrent(ann))
  }
}
