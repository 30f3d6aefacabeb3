import ChatModel
import Testing

@Suite("The status of a message")
struct MessageStatusTests {
  @Test("it is the least that every other active participant has reached")
  func least() throws {
    let sender = try participant(1, delivered: 0, read: 0)
    let read = try participant(2, delivered: 5, read: 5)
    let delivered = try participant(3, delivered: 5, read: 1)
    let none = try participant(4, delivered: 0, read: 0)
    var gone = none
    gone.isActive = false
    #expect(try status(sender, []) == .sent)
    #expect(try status(sender, [read]) == .read)
    #expect(try status(sender, [read, delivered]) == .delivered)
    #expect(try status(sender, [read, delivered, none]) == .sent)
    #expect(try status(sender, [read, gone]) == .read)
  }

  private func status(_ sender: Participant, _ others: [Participant]) throws -> MessageStatus {
    let sequence = try #require(MessageSequence(rawValue: 5))
    return MessageStatus(of: sequence, from: sender.id, among: [sender] + others)
  }

  private func participant(_ id: Int64, delivered: Int64, read: Int64) throws -> Participant {
    let time = Timestamp(milliseconds: 0)
    return Participant(
      id: try #require(ParticipantID(rawValue: id)),
      conversationID: try #require(ConversationID(rawValue: 1)),
      userID: try #require(UserID("u\(id)")),
      role: .nurse,
      displayName: "U",
      joinedAt: time,
      leftAt: nil,
      isActive: true,
      createdAt: time,
      delivered: Watermark(
        upTo: try #require(MessageSequence(rawValue: delivered)),
        movedAt: nil
      ),
      read: Watermark(upTo: try #require(MessageSequence(rawValue: read)), movedAt: nil)
    )
  }
}
