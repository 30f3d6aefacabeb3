import RPC
import Synchronization
import TTRPC
import Testing
import WardlineAPI
import WardlineClient

@Suite("Transfers of attachments")
struct TransferTests {
  private static let lost = RPCError(.unavailable, "lost")
  private static let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0) }

  private func transfers(_ transport: ScriptedTransport) -> AttachmentTransfers {
    AttachmentTransfers(
      over: transport,
      attemptsMax: 3,
      clock: SkippingClock(never: .seconds(20))
    )
  }

  private func attachment(_ received: Int64, _ state: AttachmentState) -> WardlineAPI.Attachment {
    WardlineAPI.Attachment(attachmentID: "a", state: state, size: 600_000, receivedBytes: received)
  }

  private let description = AttachmentTransfers.Description(
    fileName: "scan.png",
    contentType: "image/png",
    idempotencyKey: "k"
  )

  @Test("an upload that is cut off goes on where the server has come")
  func upload() async throws {
    let transport = ScriptedTransport([
      .attachment(attachment(0, .uploading)), .error(Self.lost),
      .attachment(attachment(300_000, .uploading)), .attachment(attachment(600_000, .clean)),
    ])
    let progress = Mutex<[Int64]>([])
    let done = try await transfers(transport).upload(UploadBytes(Self.bytes), as: description) {
      step in progress.withLock { $0.append(step.done) }
    }
    #expect(done.state == .clean)
    #expect(transport.uploads.count == 2)
    let second = transport.uploads[1]
    #expect(second.first?.offset == 300_000)
    #expect(second.flatMap(\.data) == Array(Self.bytes[300_000...]))
    #expect(second.map(\.last) == [false, true])
    #expect(progress.withLock { $0.last } == 600_000)
  }

  @Test("an upload that does not get on is given up, and one that is not taken at once")
  func uploadFails() async throws {
    let stuck = ScriptedTransport(
      [.attachment(attachment(0, .uploading))]
        + (0..<5).flatMap { _ in
          [.error(Self.lost), .attachment(attachment(0, .uploading))] as [ScriptedTransport.Answer]
        }
    )
    let error1 = await #expect(throws: RPCError.self) {
      try await transfers(stuck).upload(UploadBytes(Self.bytes), as: description)
    }
    #expect(error1?.code == Self.lost.code)
    #expect(stuck.uploads.count == 3)
    let refusal = RPCError(.invalidArgument, "no PNG")
    let refused = ScriptedTransport([.attachment(attachment(0, .uploading)), .error(refusal)])
    let error2 = await #expect(throws: RPCError.self) {
      try await transfers(refused).upload(UploadBytes(Self.bytes), as: description)
    }
    #expect(error2?.code == refusal.code)
  }

  @Test("a download that is cut off goes on, and gives every byte once")
  func download() async throws {
    func chunk(_ range: Range<Int>) -> DownloadAttachmentResponse {
      DownloadAttachmentResponse(offset: Int64(range.lowerBound), data: Array(Self.bytes[range]))
    }
    let head = DownloadAttachmentResponse(attachment: attachment(600_000, .clean))
    let transport = ScriptedTransport([
      .chunks([head, chunk(0..<200_000), chunk(200_000..<250_000)], Self.lost),
      .chunks([head, chunk(250_000..<600_000)], nil),
    ])
    var found: [UInt8] = []
    var last: AttachmentTransfers.Progress?
    try await transfers(transport).download("a") { bytes, progress in
      found += bytes
      last = progress
    }
    #expect(found == Self.bytes)
    #expect(last?.done == 600_000)
    #expect(last?.total == 600_000)
    #expect(transport.downloads.map(\.offset) == [0, 250_000])
  }
}
