import NIOHTTP1
import Testing

@Suite("What others see at once")
struct LiveChangeTests {
  @Test("S1.20: reading is told to the other side, once, and leaves nothing unread")
  func reading() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let id = try await lind.write("hello", to: amara).text("Conversation_id")
      let feed = try await ServerSentEvents(lind, "/api/events/stream")
      _ = try await feed.nextHeartbeat()
      let unread = "/api/chat/user/amara/unread-count"
      #expect(try await amara.get(unread).number("Unread_count") == 1)
      for _ in 0..<2 {
        let read = try await amara.put("/api/chat/user/conversation/\(id)/read")
        #expect(read.status == 200)
        #expect(read.number("Read_up_to") == 1)
        #expect(try await amara.get(unread).number("Unread_count") == 0)
      }
      try await amara.write("thanks", to: lind)
      let told = try await feed.nextDurable().json
      #expect(told["type"] as? String == "receipt_moved")
      let receipt = told["data"] as? [String: Any]
      #expect(receipt?["User_id"] as? String == "amara")
      #expect(receipt?["Kind"] as? String == "read")
      #expect(receipt?["Up_to"] as? Int == 1)
      let next = try await feed.nextDurable().json
      #expect(next["type"] as? String == "message_created", "the repetition tells nothing")
    }
  }

  @Test("S2.58: marking a message as read is told to its sender")
  func marking() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let message = try await amara.write("hello", to: lind)
      let feed = try await ServerSentEvents(amara, "/api/events/stream")
      _ = try await feed.nextHeartbeat()
      let path = "/messages/\(message.text("Message_id"))"
      #expect(try await lind.send(.PATCH, "\(path)/read").status == 200)
      let told = try await feed.nextDurable().json
      #expect(told["type"] as? String == "receipt_moved")
      let receipt = told["data"] as? [String: Any]
      #expect(receipt?["User_id"] as? String == "lind")
      #expect(receipt?["Kind"] as? String == "read")
      let now = try await amara.get(path)
      #expect(now.text("Status") == "read")
      #expect(now.json["Is_read"] as? Bool == true)
    }
  }

  @Test("S2.59: a deletion is told to others, who find a tombstone from then on")
  func deletion() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let id = try await amara.write("a slip", to: lind).text("Message_id")
      let feed = try await ServerSentEvents(lind, "/api/events/stream")
      _ = try await feed.nextHeartbeat()
      #expect(try await amara.send(.DELETE, "/messages/\(id)").status == 204)
      let told = try await feed.nextDurable().json
      #expect(told["type"] as? String == "message_deleted")
      #expect((told["data"] as? [String: Any])?["Message_id"] as? String == id)
      let left = try await lind.get("/messages/\(id)")
      #expect(left.json["Is_deleted"] as? Bool == true)
      #expect(left.text("Content").isEmpty)
    }
  }
}
