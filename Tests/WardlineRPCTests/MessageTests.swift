import NIOCore
import ProtobufC
import RPC
import TTRPC
import Testing
import WardlineAPI

@Suite("Messages through RPC")
struct MessageTests {
  @Test("S1.2, S2.15, S2.16, S2.18, S2.23, S2.26, S2.46, S2.49: a message with all its properties")
  func properties() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let sent = try await amara.send("hello", to: lind)
      #expect(sent.sequence == 1)
      #expect(sent.messageID == "\(sent.conversationID).1")
      #expect(sent.createdAtMs == Clinic.start)
      for person in [amara, lind] {
        let request = GetMessageRequest(messageID: sent.messageID)
        let message = try #require(try await person.messages.get(request).message)
        #expect(message.messageID == sent.messageID)
        #expect(message.conversationID == sent.conversationID)
        #expect(message.senderID == sent.senderID)
        #expect(message.sender?.senderID == sent.senderID)
        #expect(message.sender?.userID == "amara")
        #expect(message.sender?.userType == .patient)
        #expect(message.sender?.displayName == "The amara")
        #expect(message.content == "hello")
        #expect(message.messageType == .text)
        #expect(message.attachmentURL.isEmpty)
        #expect(!message.isRead)
        #expect(message.status == .sent)
        #expect(message.createdAtMs == Clinic.start)
        #expect(message.updatedAtMs == Clinic.start)
      }
    }
  }

  @Test(
    "S2.7, S2.19: text comes back exactly as it was sent",
    arguments: [
      "a", " spaces ", "line\nbreak\r\n\ttab", "👩‍⚕️👨🏽‍👩🏽‍👧🏽", "مرحبا שלום", "\u{202E}bidi\u{202C}",
      "e\u{301}é", "Zalgo\u{334}\u{335}\u{336}", "<script>alert(1)</script>", "'; DROP TABLE x; --",
      "../../etc/passwd", "\u{FEFF}bom", "𝔘𝔫𝔦", "\u{10FFFF}", String(repeating: "ä", count: 8192),
    ]
  )
  func text(content: String) async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let feed = try await Feed(lind, SubscribeRequest(fromStart: true))
      let sent = try await amara.send(content, to: lind)
      let request = GetMessageRequest(messageID: sent.messageID)
      let stored = try await lind.messages.get(request).message?.content
      let pushed = try await feed.nextMessages(1).first
      // By bytes: equal Strings may be spelled differently.
      #expect(stored.map { Array($0.utf8) } == Array(content.utf8))
      #expect(pushed.map { Array($0.utf8) } == Array(content.utf8))
    }
  }

  @Test("S2.7, S2.19: text that is empty, blank or too long is INVALID_ARGUMENT and says why")
  func badText() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let tooLong = String(repeating: "a", count: 16_385)
      for content in ["", " ", "\n\u{200B}", tooLong] {
        let error = await #expect(throws: RPCError.self) { try await amara.send(content, to: lind) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix("content: ") == true)
        #expect(content != tooLong || error?.message.contains("16384") == true)
        #expect(error?.message.contains("aaaa") == false, "an error never holds the text")
      }
      #expect(try await lind.conversations.list(ListConversationsRequest()).conversations.isEmpty)
    }
  }

  @Test("text that is not UTF-8, or holds U+0000, is INVALID_ARGUMENT and names the message")
  func notText() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      for bytes in [[0xc3, 0x28], [0xed, 0xa0, 0x80], [0x61, 0x00, 0x62]] as [[UInt8]] {
        var payload = ByteBuffer(bytes: [0x22, UInt8(bytes.count)])
        payload.writeBytes(bytes)
        let error = await #expect(throws: RPCError.self) {
          try await amara.connection.call(MessagesMethods.send, payload, CallOptions())
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("SendMessageRequest") == true)
      }
    }
  }

  @Test("messages that do not decode are counted, and too many of them close the connection")
  func malformedBudget() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let payload = ByteBuffer(bytes: [0x22, 0xff])
      for method in [MessagesMethods.send, MessagesMethods.get, SessionMethods.whoAmI] {
        let error = await #expect(throws: RPCError.self) {
          try await amara.connection.call(method, payload, CallOptions())
        }
        #expect(error?.code == .invalidArgument)
      }
      var codes: [StatusCode] = []
      for _ in 0..<210 where codes.last != .unavailable {
        let error = await #expect(throws: RPCError.self) {
          try await amara.connection.call(MessagesMethods.get, payload, CallOptions())
        }
        codes += error.map { [$0.code] } ?? []
      }
      #expect(codes.last == .unavailable)
      #expect(codes.filter { $0 == .invalidArgument }.count > 90)
    }
  }

  @Test("S2.20: unknown types are refused by name, files without an attachment, calls by people")
  func types() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let refusals: [Int32: (StatusCode, String)] = [
        2: (.invalidArgument, "attachment_id"), 3: (.invalidArgument, "attachment_id"),
        4: (.permissionDenied, ""), 5: (.permissionDenied, ""),
        6: (.invalidArgument, "message_type"), -1: (.invalidArgument, "message_type"),
      ]
      for (type, (code, field)) in refusals {
        let error = await #expect(throws: RPCError.self) {
          try await amara.messages.send(
            SendMessageRequest(
              to: .recipientID(lind.id),
              messageType: MessageType(rawValue: type),
              content: "x"
            )
          )
        }
        #expect(error?.code == code)
        #expect(error?.message.hasPrefix(field) == true)
      }
      let request = SendMessageRequest(to: .recipientID("lind"), messageType: .text, content: "x")
      #expect(try await amara.messages.send(request).sequence == 1)
    }
  }

  @Test("a repeated send with its key is answered in the same bytes; another one is refused")
  func idempotency() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let request = SendMessageRequest(
        to: .recipientID("lind"),
        content: "once",
        idempotencyKey: "key-1"
      )
      var payload = ByteBuffer()
      try request.encode(into: &payload)
      let first = try await amara.connection.call(MessagesMethods.send, payload, CallOptions())
      clinic.advance(seconds: 60)
      for _ in 0..<5 {
        let again = try await amara.connection.call(MessagesMethods.send, payload, CallOptions())
        #expect(again == first)
      }
      let other = await #expect(throws: RPCError.self) {
        try await amara.send("else", to: lind, key: "key-1")
      }
      #expect(other?.code == .alreadyExists)
      #expect(other?.message.contains("else") == false)
      #expect(try await lind.send("own", to: amara, key: "key-1").sequence == 2)
    }
  }

  @Test("S1.30, S2.48: pages go both ways without gap or repeat while sends go on")
  func paging() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let first = try await amara.send("1", to: lind)
      for number in 2...120 { try await amara.send("\(number)", to: lind) }
      async let more: Void = {
        for number in 121...200 { try await lind.send("\(number)", to: amara) }
      }()
      var forward: [Int64] = []
      var hasMore = true
      while hasMore || forward.last != 200 {
        let request = ListMessagesRequest(
          conversationID: first.conversationID,
          after: forward.last ?? 0,
          limit: 7,
          fromStart: true
        )
        let page = try await lind.messages.list(request)
        #expect(page.messages.count <= 7)
        forward += page.messages.map(\.sequence)
        hasMore = page.hasMore
      }
      #expect(forward == Array(1...200))
      try await more
      var backward: [Int64] = []
      repeat {
        let request = ListMessagesRequest(
          conversationID: first.conversationID,
          before: backward.first ?? 0,
          limit: 50
        )
        let page = try await amara.messages.list(request)
        #expect(page.messages.map(\.sequence) == page.messages.map(\.sequence).sorted())
        backward = page.messages.map(\.sequence) + backward
        hasMore = page.hasMore
      } while hasMore
      #expect(backward == Array(1...200))
    }
  }

  @Test("S1.36a: times are the server's and never go back within a conversation")
  func times() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      #expect(try await amara.send("a", to: lind).createdAtMs == Clinic.start)
      clinic.advance(seconds: 60)
      #expect(try await amara.send("b", to: lind).createdAtMs == Clinic.start + 60_000)
      clinic.advance(seconds: -30)
      #expect(try await amara.send("c", to: lind).createdAtMs == Clinic.start + 60_000)
    }
  }
}
