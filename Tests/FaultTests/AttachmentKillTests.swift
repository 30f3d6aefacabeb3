import Foundation
import RPC
import ServerProcess
import TTRPC
import Testing
import WardlineAPI

@Suite("Uploads to a server that is killed")
struct AttachmentKillTests {
  private static let part = [UInt8](repeating: 7, count: 100_000)
  /// The SHA-256 of five parts.
  private static let hash = "78a54f7e664538063694be81e8b5bed56a504eecd4ebc8ccc45818d4abeda0e6"

  @Test("what was told to be there outlasts kill -9, and the file is whole in the end")
  func kill() async throws {
    let (clinic, first) = try await Clinic.open()
    var server = first
    let id = try await start(clinic, server)
    for number in 0..<5 {
      let connection = try await clinic.connect("amara", to: server)
      let client = AttachmentsClient(connection)
      let offset = Int64(number * Self.part.count)
      let answer = try await client.upload { stream in
        try await stream.write(.init(attachmentID: id, offset: offset, data: Self.part))
      }
      #expect(answer.attachment?.receivedBytes == offset + Int64(Self.part.count))
      await server.killAtOnce()
      server = try await clinic.restart()
      #expect(blobs(of: clinic).isEmpty, "no part of a file stands under a hash")
    }
    let connection = try await clinic.connect("amara", to: server)
    let client = AttachmentsClient(connection)
    let known = try await client.get(.init(attachmentID: id)).attachment
    #expect(known?.receivedBytes == 500_000)
    let complete = try await client.upload { stream in
      try await stream.write(
        .init(attachmentID: id, offset: 500_000, last: true, sha256: Self.hash)
      )
    }
    #expect(complete.attachment?.sha256 == Self.hash)
    await server.killAtOnce()
    server = try await clinic.restart()
    let again = AttachmentsClient(try await clinic.connect("amara", to: server))
    var bytes = 0
    for try await part in try await again.download(.init(attachmentID: id)) {
      #expect(part.data.allSatisfy { $0 == 7 })
      bytes += part.data.count
    }
    #expect(bytes == 500_000)
    #expect(blobs(of: clinic) == [Self.hash])
    await server.killAtOnce()
  }

  private func start(_ clinic: Clinic, _ server: ServerProcess) async throws -> String {
    let client = AttachmentsClient(try await clinic.connect("amara", to: server))
    let response = try await client.start(
      StartAttachmentRequest(fileName: "sevens", contentType: "text/plain", size: 500_000)
    )
    return try #require(response.attachment).attachmentID
  }

  /// The names of all blobs.
  private func blobs(of clinic: Clinic) -> [String] {
    let folder = clinic.data.url.appending(path: "attachments/blobs").path
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
    return (paths ?? []).compactMap { $0.split(separator: "/").last.map(String.init) }
      .filter { $0.count == 64 }
  }
}
