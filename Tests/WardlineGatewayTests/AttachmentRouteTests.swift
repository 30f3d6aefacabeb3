import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite("Files over HTTP")
struct AttachmentRouteTests {
  private func upload(
    _ owner: Visitor,
    _ name: String,
    _ type: String,
    _ bytes: [UInt8]
  ) async throws -> Reply {
    let started = try await owner.post(
      "/api/attachments",
      ["File_name": name, "Content_type": type, "Size": bytes.count]
    )
    #expect(started.status == 201, "\(started.text)")
    #expect(started.headers.first(name: "Location") == started.text("Attachment_Url"))
    let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    return try await send(
      owner,
      started.text("Attachment_Url"),
      bytes,
      ["Upload-Complete": "?1", "Upload-Sha256": hash]
    )
  }

  private func send(
    _ owner: Visitor,
    _ url: String,
    _ bytes: [UInt8],
    _ headers: [String: String]
  ) async throws -> Reply {
    var headers = headers
    headers["Content-Type"] = headers["Content-Type"] ?? "application/octet-stream"
    return try await owner.send(.PATCH, url, headers, body: ByteBuffer(bytes: bytes))
  }

  @Test("S2.4, S2.8: a file is uploaded, sent, and read by the other side, byte for byte")
  func roundTrip() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let sent = try await upload(amara, "notes \"ä\".zip", "application/zip", bytes)
      #expect(sent.status == 200, "\(sent.text)")
      let url = sent.text("Attachment_Url")
      try await practice.becomesClean(amara, url)
      #expect(try await lind.get(url).status == 404, "nobody has it yet")
      let message = try await amara.post(
        "/messages",
        [
          "Recipient_id": "lind", "Message_Type": "file", "Content": "",
          "Attachment_id": sent.text("Attachment_id"),
        ]
      )
      #expect(message.status == 201, "\(message.text)")
      #expect(message.text("Attachment_Url") == url)
      let got = try await lind.get(url)
      #expect(got.status == 200)
      #expect(Array(got.bytes.readableBytesView) == bytes)
      let headers = got.headers
      #expect(headers.first(name: "Content-Type") == "application/octet-stream")
      let name = "filename=\"notes ___.zip\"; filename*=UTF-8''notes%20%22%C3%A4%22.zip"
      #expect(headers.first(name: "Content-Disposition") == "attachment; \(name)")
      #expect(headers.first(name: "X-Content-Type-Options") == "nosniff")
      #expect(headers.first(name: "Content-Security-Policy") == "sandbox; default-src 'none'")
      let noah = try await practice.person("noah", "patient")
      #expect(try await noah.get(url).status == 404)
      #expect(try await practice.stranger.get(url).status == 401)
    }
  }

  @Test("parts of a file: from, to, the last ones, and what cannot be")
  func ranges() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let text = Array("0123456789".utf8)
      let url = try await upload(amara, "a.txt", "text/plain", text).text("Attachment_Url")
      try await practice.becomesClean(amara, url)
      let cases = [
        ("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"), ("bytes=8-99", "89", "bytes 8-9/10"),
        ("bytes=-99", "0123456789", "bytes 0-9/10"),
      ]
      for (range, content, header) in cases {
        let reply = try await amara.get(url, ["Range": range])
        #expect(reply.status == 206)
        #expect(reply.text == content)
        #expect(reply.headers.first(name: "Content-Range") == header)
      }
      for range in ["bytes=10-", "bytes=99-100", "bytes=-0", "bytes=99999999999999999999-"] {
        let reply = try await amara.get(url, ["Range": range])
        #expect(reply.status == 416)
        #expect(reply.headers.first(name: "Content-Range") == "bytes */10")
      }
      for range in ["bytes=0-1,4-5", "lines=1-2", "bytes=5-2", "bytes=x-", "bytes=-"] {
        #expect(try await amara.get(url, ["Range": range]).status == 200)
      }
      let tag = try #require(try await amara.get(url).headers.first(name: "ETag"))
      #expect(try await amara.get(url, ["If-None-Match": tag]).status == 304)
      let stale = ["Range": "bytes=0-3", "If-Range": "\"other\""]
      #expect(try await amara.get(url, stale).text == "0123456789")
      #expect(try await amara.get(url, ["Range": "bytes=0-3", "If-Range": tag]).status == 206)
      let head = try await amara.send(.HEAD, url)
      #expect(head.status == 200)
      #expect(head.headers.first(name: "Content-Length") == "10")
    }
  }

  @Test("an upload goes on where it stopped; a wrong place is told the right one")
  func resume() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let started = try await amara.post(
        "/api/attachments",
        ["File_name": "a.txt", "Content_type": "text/plain"]
      )
      let url = started.text("Attachment_Url")
      let part = try await send(amara, url, Array("hello ".utf8), ["Upload-Offset": "0"])
      #expect(part.status == 200)
      #expect(part.headers.first(name: "Upload-Offset") == "6")
      #expect(part.text("State") == "uploading")
      let wrong = try await send(amara, url, Array("x".utf8), ["Upload-Offset": "3"])
      #expect(wrong.status == 409)
      #expect(wrong.text("code") == "WRONG_OFFSET")
      #expect(wrong.headers.first(name: "Upload-Offset") == "6")
      #expect(try await amara.get("\(url)/info").number("Received_bytes") == 6)
      let hash = SHA256.hash(data: Array("hello world".utf8))
        .map { String(format: "%02x", $0) }.joined()
      let last = try await send(
        amara,
        url,
        Array("world".utf8),
        ["Upload-Offset": "6", "Upload-Complete": "?1", "Upload-Sha256": hash]
      )
      #expect(last.status == 200)
      #expect(last.number("Size") == 11)
      #expect(last.text("Sha256") == hash)
      let typed = ["Upload-Offset": "0", "Content-Type": "text/plain"]
      #expect(try await send(amara, url, [1], typed).status == 415)
      for (name, value) in [("Upload-Offset", "-1"), ("Upload-Complete", "yes")] {
        #expect(try await send(amara, url, [1], [name: value]).text("field") == name)
      }
      let noah = try await practice.person("noah", "patient")
      #expect(try await send(noah, url, [1], [:]).status == 404)
      #expect(try await noah.get("\(url)/info").status == 404)
      #expect(try await amara.send(.DELETE, url).status == 204)
      #expect(try await amara.get(url).status == 404)
      #expect(try await amara.get("/api/attachments/usage").number("Files") == 0)
    }
  }
}

extension Practice {
  /// A text file that somebody has uploaded; where it is to be had.
  func file(_ content: String, of owner: Visitor) async throws -> String {
    let url = try await owner.post(
      "/api/attachments",
      ["File_name": "a.txt", "Content_type": "text/plain"]
    ).text("Attachment_Url")
    let hash = SHA256.hash(data: Array(content.utf8)).map { String(format: "%02x", $0) }.joined()
    let headers = [
      "Content-Type": "application/octet-stream", "Upload-Complete": "?1", "Upload-Sha256": hash,
    ]
    _ = try await owner.send(.PATCH, url, headers, body: ByteBuffer(string: content))
    try await becomesClean(owner, url)
    return url
  }

  /// Waits until a file has been looked into.
  func becomesClean(_ owner: Visitor, _ url: String) async throws {
    while try await owner.get("\(url)/info").text("State") != "clean" { await Task.yield() }
  }
}
