import NIOCore
import NIOHTTP1
import Testing

@Suite("The dietitian chat, for patients")
struct ChatUserTests {
  @Test("S1.17: the chat with the assigned dietitian, with what is unread and what was said last")
  func dietitian() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let path = "/api/chat/user/amara/dietitian"
      #expect(try await amara.get(path).status == 404, "nobody is assigned")
      try await practice.assign("amara", to: "lind")
      let empty = try await amara.get(path)
      #expect(empty.status == 200)
      #expect(empty.text("assignedDieticianId") == "lind")
      #expect(empty.object("Dietitian")["Display_name"] as? String == "The lind")
      #expect(empty.isNull("Conversation_id"))
      #expect(empty.isNull("Last_message"))
      #expect(empty.number("Unread_count") == 0)
      let sent = try await lind.post(
        "/api/chat/member/conversation/lind/send",
        ["User_id": "amara", "Content": "good morning"]
      )
      #expect(sent.status == 201)
      let full = try await amara.get(path)
      #expect(full.text("Conversation_id") == sent.text("Conversation_id"))
      #expect(full.number("Unread_count") == 1)
      #expect(full.object("Last_message")["Content"] as? String == "good morning")
      #expect(full.text("Preview") == "good morning")
      let other = try await practice.person("noah", "patient")
      #expect(try await other.get(path).status == 403)
      #expect(try await lind.get(path).status == 403)
      #expect(try await practice.stranger.get(path).status == 401)
    }
  }

  @Test("S1.1: the conversation of the two has the ids of both, and of who comes after")
  func bothIDs() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      var conversation = ""
      for id in ["lind", "berg"] {
        _ = try await practice.person(id, "dietitian")
        try await practice.assign("amara", to: id)
        let path = "/api/chat/user/conversation/amara/send"
        let sent = try await amara.post(path, ["Content": "hello"])
        conversation = sent.text("Conversation_id")
        let found = try await amara.get("/api/conversations/\(conversation)")
        #expect(found.text("User_id") == "amara")
        #expect(found.text("Member_id") == id)
      }
    }
  }

  @Test("S1.33: another dietitian is followed when the patient is given to one")
  func reassigned() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      for id in ["lind", "berg"] {
        _ = try await practice.person(id, "dietitian")
        try await practice.assign("amara", to: id)
        let reply = try await amara.get("/api/chat/user/amara/dietitian")
        #expect(reply.text("assignedDieticianId") == id)
      }
    }
  }

  @Test("S1.19: a message is sent to whoever is assigned, once for each key")
  func send() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let path = "/api/chat/user/conversation/amara/send"
      #expect(try await amara.post(path, ["Content": "anybody?"]).status == 404)
      try await practice.assign("amara", to: "lind")
      let first = try await amara.post(path, ["Content": "hello"], key: "k1")
      #expect(first.status == 201)
      #expect(first.text("Content") == "hello")
      #expect(first.text("Message_Type") == "text")
      #expect(first.text("Status") == "sent")
      #expect(first.headers.first(name: "Location") == "/messages/\(first.text("Message_id"))")
      let again = try await amara.post(path, ["Content": "hello"], key: "k1")
      #expect(again.status == 201)
      #expect(again.bytes == first.bytes)
      let reused = try await amara.post(path, ["Content": "other"], key: "k1")
      #expect(reused.status == 409)
      #expect(reused.text("code") == "ALREADY_EXISTS")
      let empty = try await amara.post(path, ["Content": ""])
      #expect(empty.status == 400)
      #expect(empty.text("field") == "Content")
      #expect(try await lind.post(path, ["Content": "as amara"]).status == 403)
      #expect(try await practice.stranger.post(path, ["Content": "x"]).status == 401)
    }
  }

  @Test("S1.35: fifty first messages at once make one conversation with fifty messages")
  func firstMessages() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      _ = try await practice.person("lind", "dietitian")
      try await practice.assign("amara", to: "lind")
      let conversations = try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<50 {
          group.addTask {
            let reply = try await amara.post(
              "/api/chat/user/conversation/amara/send",
              ["Content": "\(number)"],
              key: "key-\(number)"
            )
            #expect(reply.status == 201)
            return reply.text("Conversation_id")
          }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      let id = try #require(conversations.first)
      #expect(conversations.count == 1)
      let page = try await amara.get("/messages/conversation/\(id)?limit=200")
      #expect(page.data.map { $0["Sequence"] as? Int } == Array(1...50))
    }
  }

  @Test("S1.18, S1.23: messages in pages, backwards and forwards, without gap or double")
  func pages() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      try await practice.assign("amara", to: "lind")
      var id = ""
      for number in 1...25 {
        id = try await amara.post(
          "/api/chat/user/conversation/amara/send",
          ["Content": "\(number)"]
        ).text("Conversation_id")
      }
      for (reader, face) in [(amara, "user"), (lind, "member")] {
        let path = "/api/chat/\(face)/conversation/\(id)/messages"
        let newest = try await reader.get("\(path)?limit=10")
        #expect(newest.column("Content") == (16...25).map(String.init))
        #expect(newest.json["has_more"] as? Bool == true)
        let older = try await reader.get("\(path)?limit=10&before=\(newest.text("before"))")
        #expect(older.column("Content") == (6...15).map(String.init))
        let oldest = try await reader.get("\(path)?limit=10&before=\(older.text("before"))")
        #expect(oldest.column("Content") == (1...5).map(String.init))
        #expect(oldest.isNull("before"))
        var after = "0"
        var found: [String] = []
        while true {
          let page = try await reader.get("\(path)?limit=7&after=\(after)")
          found += page.column("Content")
          after = page.text("after")
          if page.json["has_more"] as? Bool != true { break }
        }
        #expect(found == (1...25).map(String.init))
        try await checkRefusals(practice, path)
      }
    }
  }

  private func checkRefusals(_ practice: Practice, _ path: String) async throws {
    let noah = try await practice.person("noah", "doctor")
    let foreign = try await noah.get(path)
    let missing = try await noah.get(
      "/api/chat/user/conversation/0000000000001/messages"
    )
    #expect(foreign.status == 403)
    #expect(foreign.bytes == missing.bytes, "whether there is such a conversation is not told")
    for query in ["limit=0", "limit=201", "limit=x", "before=0", "after=-1", "page=1"] {
      let reply = try await noah.get("\(path)?\(query)")
      #expect(reply.status == 400)
      #expect(reply.text("field") == query.split(separator: "=").first.map(String.init))
    }
    #expect(try await practice.stranger.get(path).status == 401)
  }

  @Test("S1.20, S1.21: reading makes the count zero, and again changes nothing")
  func read() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      try await practice.assign("amara", to: "lind")
      var id = ""
      for text in ["one", "two", "three"] {
        id = try await lind.post(
          "/api/chat/member/conversation/lind/send",
          ["User_id": "amara", "Content": text]
        ).text("Conversation_id")
      }
      let count = "/api/chat/user/amara/unread-count"
      #expect(try await amara.get(count).number("Unread_count") == 3)
      let path = "/api/chat/user/conversation/\(id)/read"
      let part = try await amara.put(path, ["Up_to": 1])
      #expect(part.status == 200)
      #expect(part.number("Unread_count") == 2)
      for _ in 0..<2 {
        let reply = try await amara.send(.PUT, path)
        #expect(reply.status == 200)
        #expect(reply.number("Read_up_to") == 3)
        #expect(reply.number("Unread_count") == 0)
      }
      #expect(try await amara.get(count).number("Unread_count") == 0)
      let other = try await practice.person("noah", "patient")
      #expect(try await other.send(.PUT, path).status == 403)
      #expect(try await other.get(count).status == 403)
      let wrong = try await amara.put(path, ["Up_to": "many"])
      #expect(wrong.status == 400)
      #expect(wrong.text("field") == "Up_to")
    }
  }

  @Test("S1.26: no token, a bad one and an expired one are 401")
  func tokens() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let paths = [
        "/api/chat/user/amara/unread-count", "/api/chat/member/amara/conversations", "/messages",
      ]
      for path in paths {
        for authorization in [nil, "Bearer forged", "Basic amara/patient", "Bearer "] {
          var visitor = amara
          visitor.authorization = authorization
          let reply = try await visitor.get(path)
          #expect(reply.status == 401)
          #expect(reply.text("code") == "UNAUTHENTICATED")
          #expect(reply.headers.first(name: "WWW-Authenticate") == "Bearer")
          #expect(!reply.text.contains("forged"))
        }
      }
      practice.advance(seconds: 3600)
      #expect(try await amara.get(paths[0]).status == 401)
    }
  }
}
