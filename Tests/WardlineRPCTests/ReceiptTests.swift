import RPC
import Testing
import WardlineAPI

@Suite("Receipts and unread counts through RPC")
struct ReceiptTests {
  @Test("S1.31, S2.14, S2.51: unread counts are sends minus reads, in each conversation and in all")
  func unread() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let other = try await clinic.person("other", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      var conversation = ""
      for number in 1...5 {
        conversation = try await amara.send("\(number)", to: lind).conversationID
      }
      for number in 1...3 { try await other.send("\(number)", to: lind) }
      let count: (String) async throws -> Int64 = { id in
        try await lind.messages.unreadCount(UnreadCountRequest(conversationID: id)).unreadCount
      }
      #expect(try await count("") == 8)
      #expect(try await count(conversation) == 5)
      let request = MarkReadRequest(conversationID: conversation, upTo: 2)
      #expect(try await lind.messages.markRead(request).unreadCount == 3)
      #expect(try await count(conversation) == 3)
      #expect(try await count("") == 6)
      #expect(try await amara.messages.unreadCount(UnreadCountRequest()).unreadCount == 0)
      try await lind.send("mine", to: amara)
      #expect(try await count(conversation) == 3, "one's own are not unread")
      let beyond = MarkReadRequest(conversationID: conversation, upTo: .max)
      let state = try await lind.messages.markRead(beyond)
      #expect(state.readUpTo == 6)
      #expect(state.unreadCount == 0)
      #expect(try await count("") == 3)
    }
  }

  @Test("S1.32, S2.10, S2.11, S2.80: sent, delivered, read: each with its time, never going back")
  func states() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let feed = try await Feed(amara, SubscribeRequest(fromStart: true))
      let sent = try await amara.send("hi", to: lind)
      let id = sent.conversationID
      let state: () async throws -> (MessageStatus, Receipt) = {
        let request = GetMessageRequest(messageID: sent.messageID)
        let message = try #require(try await amara.messages.get(request).message)
        let receipts = try await amara.messages.receipts(ReceiptsRequest(messageID: sent.messageID))
        #expect(receipts.receipts.count == 1)
        #expect(message.isRead == (message.status == .read))
        return (message.status, try #require(receipts.receipts.first))
      }
      var (status, receipt) = try await state()
      #expect(status == .sent)
      #expect((receipt.userID, receipt.deliveredAtMs, receipt.readAtMs) == ("lind", 0, 0))
      clinic.advance(seconds: 1)
      let delivered = MarkDeliveredRequest(conversationID: id, upTo: 1)
      #expect(try await lind.messages.markDelivered(delivered).deliveredUpTo == 1)
      (status, receipt) = try await state()
      #expect(status == .delivered)
      #expect((receipt.deliveredAtMs, receipt.readAtMs) == (Clinic.start + 1000, 0))
      clinic.advance(seconds: 1)
      let read = MarkReadRequest(conversationID: id, upTo: 1)
      _ = try await lind.messages.markRead(read)
      clinic.advance(seconds: 1)
      _ = try await lind.messages.markRead(read)
      _ = try await lind.messages.markRead(MarkReadRequest(conversationID: id, upTo: 0))
      (status, receipt) = try await state()
      #expect(status == .read)
      #expect(receipt.deliveredAtMs == Clinic.start + 1000)
      #expect(receipt.readAtMs == Clinic.start + 2000)
      try await amara.send("last", to: lind)
      var seen: [String] = []
      while seen.last != "last" {
        switch try await feed.nextEvent().change {
        case .messageCreated(let message): seen.append(message.content)
        case .receiptMoved(let move): seen.append("\(move.userID) \(move.kind) \(move.upTo)")
        case .conversationCreated: seen.append("created")
        case nil: break
        default: seen.append("something else")
        }
      }
      #expect(seen == ["created", "hi", "lind delivered 1", "lind read 1", "last"])
    }
  }

  @Test("S2.11: reading implies delivery")
  func readImpliesDelivered() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let sent = try await amara.send("hi", to: lind)
      let read = MarkReadRequest(conversationID: sent.conversationID, upTo: 1)
      let state = try await lind.messages.markRead(read)
      #expect(state.deliveredUpTo == 1)
      let request = ReceiptsRequest(messageID: sent.messageID)
      let receipt = try await amara.messages.receipts(request).receipts.first
      #expect(receipt?.deliveredAtMs == Clinic.start)
      #expect(receipt?.readAtMs == Clinic.start)
    }
  }
}
