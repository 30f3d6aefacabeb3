import NIOCore
import NIOHTTP1
import RPC
import Synchronization
import Testing
import WardlineAPI

@Suite("The records of requests over HTTP")
struct AuditOnceTests {
  @Test("what is done by one request is one record, of what was asked for")
  func once() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      try await practice.assign("amara", to: "lind")
      let records = try await Records(practice)

      let send = "/api/chat/member/conversation/lind/send"
      _ = try await lind.post(send, ["User_id": "amara", "Content": "good morning"])
      #expect(try await records.next() == ["lind Messages/Send OK user:amara"])

      let direct = try await amara.post("/api/conversations", ["Member_id": "lind"])
      #expect(direct.status == 201)
      #expect(try await records.next() == ["amara Conversations/Create OK user:lind"])

      let group = try await lind.post(
        "/api/conversations",
        ["Type": "group", "Participant_ids": ["amara"]]
      )
      let id = group.text("Conversation_id")
      _ = try await records.next()
      _ = try await amara.send(.DELETE, "/api/conversations/\(id)/participants/amara")
      #expect(
        try await records.next()
          == ["amara Conversations/RemoveParticipant OK conversation:\(id) user:amara"]
      )

      try await WebSocketReader.with(amara, "/api/events/socket") { reader in
        _ = try await reader.next()
      }
      #expect(try await records.next() == ["amara Events/Subscribe OK "])
    }
  }

  @Test("a file that is fetched, in part or not at all since it is known, is one record")
  func downloads() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let url = try await practice.file("figs", of: amara)
      let id = url.split(separator: "/").last ?? ""
      let tag = try #require(try await amara.get(url).headers.first(name: "ETag"))
      let records = try await Records(practice)
      let requests: [([String: String], Int)] = [
        ([:], 200), (["Range": "bytes=1-2"], 206), (["Range": "bytes=-2"], 206),
        (["Range": "bytes=9-"], 416), (["If-None-Match": tag], 304),
        (["If-None-Match": "\"other\", \(tag)"], 304),
        (["Range": "bytes=0-1", "If-Range": tag], 206),
        (["Range": "bytes=0-1", "If-Range": "\"other\""], 200),
      ]
      for (headers, status) in requests {
        #expect(try await amara.get(url, headers).status == status)
        #expect(try await records.next() == ["amara Attachments/Download OK attachment:\(id)"])
      }
    }
  }

  @Test("a poll that finds nothing has ended well, and so has one that finds something")
  func polls() async throws {
    let endings = Endings()
    try await Practice.with(interceptors: [endings]) { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let begin = try await lind.get("/api/events").text("cursor")
      let records = try await Records(practice)
      #expect(try await lind.get("/api/events?after=\(begin)&wait=1").data.isEmpty)
      #expect(try await records.next() == ["lind Events/Subscribe OK "])
      async let poll = lind.get("/api/events?after=\(begin)&wait=60")
      try await amara.write("hello", to: lind)
      #expect(try await !poll.data.isEmpty)
      #expect(try await lind.get("/api/events?after=\(begin)&limit=1").data.count == 1)
    }
    #expect(endings.statuses.withLock { $0 } == [.ok])
  }
}

/// What the audit has, from now on, in words.
private final class Records {
  private let audit: AuditClient<InProcessTransport>
  private var last: Int64 = 0

  init(_ practice: Practice) async throws {
    audit = AuditClient(practice.caller("root", "admin"))
    _ = try await next()
  }

  /// What was recorded since, but for who looks here: the user, the method, the outcome, the subject.
  func next() async throws -> [String] {
    let page = try await audit.list(ListAuditRequest(limit: 100)).records
    let new = page.filter { $0.index > last && $0.userID != "root" }.reversed()
    last = page.first?.index ?? last
    return new.map { "\($0.userID) \($0.operation) \($0.outcome) \($0.subject)" }
  }
}

/// How the subscriptions have ended.
private final class Endings: ServerInterceptor {
  let statuses = Mutex<Set<StatusCode>>([])

  func admit(_ context: inout ServerContext) -> Admission { .proceed }

  func ended(_ context: ServerContext, status: StatusCode) {
    guard context.method.name == "Subscribe" else { return }
    statuses.withLock { _ = $0.insert(status) }
  }
}
