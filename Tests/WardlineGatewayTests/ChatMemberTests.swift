import NIOHTTP1
import Testing

@Suite("The dietitian chat, for staff")
struct ChatMemberTests {
  @Test("S1.22, S1.34: conversations with patients, by activity, with name, preview and unread")
  func conversations() async throws {
    try await Practice.with { practice in
      let lind = try await practice.person("lind", "dietitian")
      let amara = try await practice.person("amara", "patient")
      let noah = try await practice.person("noah", "patient")
      let haddad = try await practice.person("haddad", "doctor")
      try await practice.assign("amara", to: "lind")
      try await practice.assign("noah", to: "lind")
      for (patient, text) in [(amara, "first"), (noah, "second"), (amara, "third")] {
        practice.advance(seconds: 1)
        let path = "/api/chat/user/conversation/\(patient.id)/send"
        #expect(try await patient.post(path, ["Content": text]).status == 201)
      }
      try await haddad.write("not about a patient", to: lind)
      let list = try await lind.get("/api/chat/member/lind/conversations")
      #expect(list.status == 200)
      #expect(list.column("Patient_Name") == ["The amara", "The noah"])
      #expect(list.column("Preview") == ["third", "second"])
      #expect(list.data.compactMap { $0["Unread_count"] as? Int } == [2, 1])
      #expect(try await lind.get("/api/chat/member/lind/unread-count").number("Unread_count") == 4)
      #expect(try await haddad.get("/api/chat/member/lind/conversations").status == 403)
    }
  }

  @Test("S1.27, S1.28: staff of every kind passes, patients do not")
  func roles() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      for role in ["doctor", "dietitian", "pharmacist", "nurse"] {
        let member = try await practice.person("the-\(role)", role)
        let path = "/api/chat/member/the-\(role)"
        #expect(try await member.get("\(path)/conversations").status == 200)
        #expect(try await member.get("\(path)/unread-count").status == 200)
        let sent = try await member.post(
          "/api/chat/member/conversation/the-\(role)/send",
          ["User_id": "amara", "Content": "hello"]
        )
        #expect(sent.status == 201)
        let id = sent.text("Conversation_id")
        let messages = "/api/chat/member/conversation/\(id)/messages"
        #expect(try await member.get(messages).column("Content") == ["hello"])
        #expect(try await amara.get(messages).status == 403, "a patient's token on a member path")
        let read = "/api/chat/member/conversation/\(id)/read"
        #expect(try await member.send(.PUT, read).status == 200)
        #expect(try await amara.send(.PUT, read).status == 403)
      }
      for path in ["conversations", "unread-count"] {
        #expect(try await amara.get("/api/chat/member/amara/\(path)").status == 403)
      }
      let send = "/api/chat/member/conversation/amara/send"
      #expect(
        try await amara.post(send, ["User_id": "the-nurse", "Content": "x"]).status == 403
      )
    }
  }

  @Test("S1.24: the body names the conversation or the patient, and one of them only")
  func send() async throws {
    try await Practice.with { practice in
      let lind = try await practice.person("lind", "dietitian")
      let amara = try await practice.person("amara", "patient")
      try await practice.assign("amara", to: "lind")
      let path = "/api/chat/member/conversation/lind/send"
      let first = try await lind.post(path, ["User_id": "amara", "Content": "one"])
      #expect(first.status == 201)
      let id = first.text("Conversation_id")
      let second = try await lind.post(path, ["Conversation_id": id, "Content": "two"])
      #expect(second.status == 201)
      #expect(second.text("Conversation_id") == id)
      let third = try await amara.post(
        "/api/chat/user/conversation/amara/send",
        ["Content": "three"]
      )
      #expect(third.text("Conversation_id") == id, "both write in one conversation")
      let neither = try await lind.post(path, ["Content": "x"])
      #expect(neither.status == 400)
      #expect(neither.text("field") == "Conversation_id")
      let both = try await lind.post(
        path,
        ["Conversation_id": id, "User_id": "amara", "Content": "x"]
      )
      #expect(both.status == 400)
      #expect(both.text("field") == "User_id")
      let other = try await practice.person("haddad", "doctor")
      let foreign = try await other.post(
        "/api/chat/member/conversation/haddad/send",
        ["Conversation_id": id, "Content": "x"]
      )
      #expect(foreign.status == 404)
      #expect(try await other.post(path, ["User_id": "amara", "Content": "x"]).status == 403)
    }
  }
}
