import ChatModel
import ChatService
import Crypto
import Foundation
import RPC
import TTRPC
import Testing
import WardlineAPI

@Suite("Attachments over the wire")
struct AttachmentTests {
  /// More than fits into one message of the wire.
  private static let picture: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    + (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

  @Test("a picture goes up in two broken-off halves, is sent, and comes down with equal bytes")
  func wholeWay() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let okafor = try await clinic.person("okafor", "doctor")
      let id = try await amara.start("image/png", size: Self.picture.count)
      let half = Self.picture.count / 2
      let paused = try await amara.upload(Self.picture[..<half], id)
      #expect(paused.state == .uploading)
      // Another connection, as after a loss of the first.
      let again = try await clinic.person("amara", "patient")
      let known = try await again.attachments.get(.init(attachmentID: id)).attachment
      #expect(known?.receivedBytes == Int64(half))
      let complete = try await again.upload(
        Self.picture[half...],
        id,
        endingWith: Self.hash(Self.picture)
      )
      #expect(complete.state == .clean)
      #expect(complete.sha256 == Self.hash(Self.picture))
      let sent = try await amara.messages.send(
        SendMessageRequest(
          to: .recipientID(okafor.id),
          messageType: .image,
          attachmentID: id
        )
      )
      let message = try await okafor.messages.get(.init(messageID: sent.messageID)).message
      #expect(message?.messageType == .image)
      #expect(message?.attachmentID == id)
      #expect(message?.attachmentURL == "/api/attachments/\(id)")
      let (attachment, bytes) = try await okafor.download(id)
      #expect(attachment?.fileName == "picture.png")
      #expect(Self.hash(bytes) == Self.hash(Self.picture))
      let (_, part) = try await okafor.download(id, offset: 4_000_000, length: 3)
      #expect(part == Array(Self.picture[4_000_000..<4_000_003]))
    }
  }

  @Test("a call that breaks in the middle leaves what came, and the upload goes on from there")
  func broken() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let id = try await amara.start("image/png", size: Self.picture.count)
      await #expect(throws: RPCError.self) {
        _ = try await amara.attachments.upload { stream in
          try await stream.write(.init(attachmentID: id, data: Array(Self.picture[..<300_000])))
          // Until the server has it, then the connection is gone.
          while try await amara.attachments.get(.init(attachmentID: id)).attachment?
            .receivedBytes != 300_000
          {}
          await amara.connection.close()
        }
      }
      let again = try await clinic.person("amara", "patient")
      let known = try #require(
        try await again.attachments.get(.init(attachmentID: id)).attachment
      )
      #expect(known.receivedBytes == 300_000)
      let complete = try await again.upload(
        Self.picture[300_000...],
        id,
        endingWith: Self.hash(Self.picture)
      )
      #expect(complete.sha256 == Self.hash(Self.picture))
    }
  }

  @Test("a foreign attachment and one that does not exist are answered in the same bytes")
  func foreign() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let other = try await clinic.person("bruno", "patient")
      let okafor = try await clinic.person("okafor", "doctor")
      let id = try await amara.start("image/png", size: 10)
      _ = try await amara.upload(
        Self.picture[..<10],
        id,
        endingWith: Self.hash(Array(Self.picture[..<10]))
      )
      _ = try await amara.messages.send(
        SendMessageRequest(to: .recipientID(okafor.id), messageType: .file, attachmentID: id)
      )
      let missing = "0000000000001"
      let calls: [@Sendable (Person, String) async throws -> Void] = [
        { _ = try await $0.attachments.get(.init(attachmentID: $1)) },
        { _ = try await $0.download($1) },
        { _ = try await $0.upload([1], $1, endingWith: Self.hash([1])) },
        { _ = try await $0.attachments.discard(.init(attachmentID: $1)) },
        { person, id in
          _ = try await person.messages.send(
            SendMessageRequest(
              to: .recipientID("okafor"),
              messageType: .file,
              attachmentID: id
            )
          )
        },
      ]
      for call in calls {
        let foreign = await #expect(throws: RPCError.self) { try await call(other, id) }
        let none = await #expect(throws: RPCError.self) { try await call(other, missing) }
        #expect(foreign?.code == .notFound)
        #expect(foreign == none)
      }
    }
  }

  @Test("a held-back file is told to be so, and goes when the scan has passed it")
  func heldBack() async throws {
    try await Clinic.with(attachments: { $0.scanner = PassingScanner() }) { clinic in
      let amara = try await clinic.person("amara", "patient")
      let okafor = try await clinic.person("okafor", "doctor")
      let id = try await amara.start("text/plain", size: 0)
      _ = try await amara.upload([7], id, endingWith: Self.hash([7]))
      _ = try await amara.messages.send(
        SendMessageRequest(to: .recipientID(okafor.id), messageType: .file, attachmentID: id)
      )
      let refusal = await #expect(throws: RPCError.self) { _ = try await okafor.download(id) }
      #expect(refusal?.code == .failedPrecondition)
      let attachments = try #require(clinic.chat.attachments)
      await attachments.inspection.inspect(try #require(AttachmentID(id)))
      #expect(try await okafor.download(id).bytes == [7])
    }
  }

  @Test("limits are told in the error, and asked for")
  func limits() async throws {
    try await Clinic.with(attachments: {
      $0.limits.fileBytesMax = 100
      $0.limits.quota.bytesMax = 150
      $0.limits.contentTypes = ["image/png"]
    }) { clinic in
      let amara = try await clinic.person("amara", "patient")
      let cases: [(String, Int, StatusCode, String)] = [
        ("image/png", 101, .invalidArgument, "size: is 101 bytes; at most 100 are accepted"),
        (
          "text/html", 1, .invalidArgument,
          "content_type: is not accepted; accepted are image/png"
        ),
        (
          "nonsense", 1, .invalidArgument,
          "content_type: must be a type and a subtype, such as image/png"
        ),
      ]
      for (type, size, code, message) in cases {
        let error = await #expect(throws: RPCError.self) {
          _ = try await amara.start(type, size: size)
        }
        #expect(error == RPCError(code, message))
      }
      _ = try await amara.start("image/png", size: 100)
      let full = await #expect(throws: RPCError.self) {
        _ = try await amara.start("image/png", size: 51)
      }
      #expect(full?.code == .resourceExhausted)
      #expect(full?.message.contains("at most 150 are accepted") == true)
      let usage = try await amara.attachments.usage(AttachmentUsageRequest())
      #expect(usage.bytes == 100)
      #expect(usage.bytesMax == 150)
      #expect(usage.unfinishedUploads == 1)
      #expect(usage.contentTypes == ["image/png"])
    }
  }

  @Test("a stream without a message, or for another offset, says what is wrong")
  func uploadErrors() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let none = await #expect(throws: RPCError.self) {
        _ = try await amara.attachments.upload { _ in }
      }
      #expect(none?.code == .invalidArgument)
      let id = try await amara.start("image/png", size: 10)
      let offset = await #expect(throws: RPCError.self) {
        _ = try await amara.attachments.upload { stream in
          try await stream.write(.init(attachmentID: id, offset: 5, data: [1]))
        }
      }
      #expect(offset == RPCError(.outOfRange, "offset: the upload goes on at 0"))
    }
  }

  private static func hash(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

private struct PassingScanner: AttachmentScanner {
  func scan(_ path: String) async throws(InspectionFailure) -> ScanVerdict { .clean }
}

extension Person {
  fileprivate func start(_ type: String, size: Int) async throws -> String {
    let response = try await attachments.start(
      StartAttachmentRequest(fileName: "picture.png", contentType: type, size: Int64(size))
    )
    return try #require(response.attachment).attachmentID
  }

  /// Sends bytes from where the upload stands.
  fileprivate func upload(
    _ bytes: ArraySlice<UInt8>,
    _ id: String,
    endingWith hash: String? = nil
  ) async throws -> WardlineAPI.Attachment {
    let offset = Int64(bytes.startIndex)
    let response = try await attachments.upload { stream in
      try await stream.write(.init(attachmentID: id, offset: offset))
      for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 200_000) {
        let part = Array(bytes[start..<min(start + 200_000, bytes.endIndex)])
        try await stream.write(.init(data: part))
      }
      if let hash { try await stream.write(.init(last: true, sha256: hash)) }
    }
    return try #require(response.attachment)
  }

  fileprivate func download(
    _ id: String,
    offset: Int64 = 0,
    length: Int64 = 0
  ) async throws -> (attachment: WardlineAPI.Attachment?, bytes: [UInt8]) {
    let stream = try await attachments.download(
      .init(attachmentID: id, offset: offset, length: length)
    )
    var attachment: WardlineAPI.Attachment?
    var bytes: [UInt8] = []
    for try await part in stream {
      attachment = attachment ?? part.attachment
      #expect(part.offset == offset + Int64(bytes.count))
      bytes += part.data
    }
    return (attachment, bytes)
  }
}
