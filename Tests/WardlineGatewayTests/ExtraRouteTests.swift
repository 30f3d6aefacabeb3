import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite("The routes beyond the documents")
struct ExtraRouteTests {
  @Test("conversations are begun, listed, found, changed, closed and opened again")
  func conversations() async throws {
    try await Practice.with { practice in
      let lind = try await practice.person("lind", "dietitian")
      let amara = try await practice.person("amara", "patient")
      let haddad = try await practice.person("haddad", "doctor")
      let direct = try await lind.post("/api/conversations", ["User_id": "amara"])
      #expect(direct.status == 201)
      #expect(direct.text("Type") == "direct")
      let again = try await amara.post("/api/conversations", ["Member_id": "lind"])
      #expect(again.status == 200)
      #expect(again.text("Conversation_id") == direct.text("Conversation_id"))
      let group = try await lind.post(
        "/api/conversations",
        ["Type": "group", "Title": "Diät", "Participant_ids": ["amara"], "History": "from_join"]
      )
      #expect(group.status == 201)
      let path = group.headers.first(name: "Location") ?? ""
      #expect(try await amara.get(path).text("Title") == "Diät")
      #expect(try await haddad.get(path).status == 404)
      let found = try await amara.get("/api/conversations/search?q=dia")
      #expect(found.column("Conversation_id") == [group.text("Conversation_id")])
      let list = try await lind.get("/api/conversations?limit=1")
      #expect(list.number("Unread_total") == 0)
      let next = PercentEncoded(list.text("after")).text
      let rest = try await lind.get("/api/conversations?limit=1&after=\(next)")
      #expect(Set(list.column("Type") + rest.column("Type")) == ["direct", "group"])
      let none = try await lind.send(.PATCH, path, json: ["Title": ["no"]])
      #expect(none.text("field") == "Title")
      #expect(try await lind.send(.PATCH, path, json: ["Title": "Plan"]).text("Title") == "Plan")
      #expect(try await amara.send(.PATCH, path, json: ["Title": "Mine"]).status == 403)
      #expect(try await lind.post("\(path)/close", [:]).json["Is_Active"] as? Bool == false)
      #expect(try await lind.post("\(path)/reopen", [:]).json["Is_Active"] as? Bool == true)
      let muted = try await amara.put("\(path)/mute", ["Until": "forever"])
      #expect(muted.text("Muted_until") == "9999-12-31T23:59:59.999Z")
      let unmuted = try await amara.put("\(path)/mute", ["Until": NSNull()])
      #expect(unmuted.status == 200)
      #expect(unmuted.isNull("Muted_until"))
    }
  }

  @Test("participants come, change their role, and go")
  func participants() async throws {
    try await Practice.with { practice in
      let lind = try await practice.person("lind", "dietitian")
      let amara = try await practice.person("amara", "patient")
      let haddad = try await practice.person("haddad", "doctor")
      let group = try await lind.post(
        "/api/conversations",
        ["Type": "group", "Title": "Team", "Participant_ids": ["haddad"]]
      )
      let path = "/api/conversations/\(group.text("Conversation_id"))/participants"
      let added = try await lind.post(path, ["User_ids": ["amara"]])
      #expect(added.column("User_id") == ["amara"])
      let all = try await haddad.get(path)
      #expect(Set(all.column("User_id")) == ["lind", "haddad", "amara"])
      #expect(all.data.allSatisfy { $0["Presence"] is [String: Any] })
      let role = ["Participant_role": "moderator"]
      #expect(
        try await lind.send(.PATCH, "\(path)/haddad", json: role).text("Participant_role")
          == "moderator"
      )
      #expect(try await amara.send(.PATCH, "\(path)/haddad", json: role).status == 403)
      #expect(try await haddad.send(.DELETE, "\(path)/amara").status == 200)
      #expect(try await amara.get(path).status == 404)
      let left = try await haddad.send(.DELETE, "\(path)/haddad")
      #expect(left.status == 200)
      #expect(!left.text("Left_at").isEmpty)
      #expect(try await haddad.get(path).status == 404)
    }
  }

  @Test("reactions, receipts, versions, forwarding and searching of messages")
  func messages() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let sent = try await amara.post(
        "/messages",
        ["Recipient_id": "lind", "Content": "urgent rice", "Priority": "urgent"]
      )
      let path = "/messages/\(sent.text("Message_id"))"
      let thumb = "\(path)/reactions/%F0%9F%91%8D"
      for _ in 0..<2 { #expect(try await lind.send(.PUT, thumb).number("Count") == 1) }
      #expect(try await amara.get(path).json["Reactions"] is [[String: Any]])
      #expect(try await lind.send(.DELETE, thumb).number("Count") == 0)
      let wrong = try await lind.send(.PUT, "\(path)/reactions/word")
      #expect(wrong.status == 400)
      #expect(wrong.text("field") == "emoji")
      let conversation = "/api/conversations/\(sent.text("Conversation_id"))"
      #expect(try await lind.put("\(conversation)/delivered").number("Delivered_up_to") == 1)
      var receipts = try await amara.get("\(path)/receipts")
      #expect(receipts.data.first?["Delivered_at"] is String)
      #expect(receipts.data.first?["Read_at"] is NSNull)
      let acknowledged = try await lind.send(.PATCH, "\(path)/acknowledged")
      #expect(acknowledged.number("Acknowledged_up_to") == 1)
      receipts = try await amara.get("\(path)/receipts")
      #expect(receipts.data.first?["Acknowledged_at"] is String)
      #expect(receipts.column("User_id") == ["lind"])
      _ = try await amara.send(.PATCH, path, json: ["Content": "urgent bread"])
      let versions = try await lind.get("\(path)/versions")
      #expect(versions.column("Content") == ["urgent rice", "urgent bread"])
      let haddad = try await practice.person("haddad", "doctor")
      let forwarded = try await lind.post("\(path)/forward", ["Recipient_id": "haddad"])
      #expect(forwarded.status == 201)
      let copy = try await haddad.get(forwarded.headers.first(name: "Location") ?? "")
      #expect(copy.text("Content") == "urgent bread")
      var hits = try await lind.get("/messages/search?q=bread")
      while hits.data.count < 2 { hits = try await lind.get("/messages/search?q=bread") }
      #expect(hits.column("Snippet").allSatisfy { $0.contains("bread") })
      #expect(try await lind.get("/messages/search").text("field") == "q")
      #expect(try await lind.get("/messages/search?q=bread&Has_attachment=true").data.isEmpty)
    }
  }

  @Test("people, presence and care teams")
  func people() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let root = try await practice.person("root", "admin")
      let me = try await amara.get("/api/me")
      #expect(me.text("User_Type") == "patient")
      #expect(me.text("Expires_at") == "2026-09-21T15:13:20.000Z")
      #expect(try await amara.get("/api/users?User_Type=dietitian").column("User_id") == ["lind"])
      #expect(try await amara.get("/api/users/lind").text("Display_name") == "The lind")
      #expect(try await amara.get("/api/users/nobody").status == 404)
      let assign = "/api/care-team/assign"
      let pair = ["Patient_id": "amara", "Professional_id": "lind"]
      #expect(try await lind.post(assign, pair).status == 403)
      #expect(
        try await root.post(assign, pair).object("Assignment")["Care_role"] as? String
          == "dietitian"
      )
      #expect(try await amara.get("/api/care-team").text("assignedDieticianId") == "lind")
      #expect(try await lind.get("/api/patients").data.count == 1)
      #expect(try await lind.get("/api/care-team/history?Patient_id=amara").data.count == 1)
      let support = try await lind.post(
        "/api/care-team/support",
        ["Patient_id": "amara", "Create": true]
      )
      #expect(support.object("Conversation")["Patient_Name"] as? String == "The amara")
      let status = try await lind.put("/api/presence", ["Status": "away", "Status_text": "lunch"])
      #expect(status.text("Status") == "away")
      #expect(try await lind.post("/api/presence/heartbeat", ["Ttl_ms": 5000]).status == 204)
      let seen = try await amara.get("/api/presence?User_ids=lind,nobody")
      #expect(seen.column("Status_text") == ["lunch"])
      #expect(seen.data.first?["Online"] as? Bool == true)
      #expect(try await lind.put("/api/presence", ["Status": "gone"]).text("field") == "Status")
      #expect(try await amara.post("/api/session/revoke", [:]).status == 200)
      #expect(try await amara.get("/api/me").status == 401)
    }
  }
}
