import ChatModel
import ChatRepository
import ChatService
import Foundation
import Testing

@Suite("Files that are looked into")
struct InspectionTests {
  private let letter = Array("Dear Doctor Okafor".utf8)

  @Test("a file is held back from others until the scan has passed it")
  func heldBack() async throws {
    let scanner = StandInScanner()
    let ward = try Ward(attachments: { $0.scanner = scanner })
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let file = try await ward.upload(letter, amara)
    #expect(file.state == .pending)
    try await ward.post(file, from: amara, to: okafor)
    await #expect(throws: ChatError.failedPrecondition(.attachmentHeldBack)) {
      _ = try await ward.download(file, okafor)
    }
    #expect(try await ward.download(file, amara) == letter)
    try await ward.attachments.inspection.inspect(file.id)
    #expect(try await ward.attachments.get(file.id, okafor).attachment.state == .clean)
    #expect(try await ward.download(file, okafor) == letter)
    try await ward.attachments.inspection.inspect(file.id)
    #expect(scanner.scans.value == 1)
  }

  @Test("a file that the scan rejects is nobody's, and its bytes are gone")
  func rejected() async throws {
    let scanner = StandInScanner()
    scanner.verdict.set(.success(.rejected))
    let ward = try Ward(attachments: { $0.scanner = scanner })
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let file = try await ward.upload(letter, amara)
    try await ward.post(file, from: amara, to: okafor)
    try await ward.attachments.inspection.inspect(file.id)
    for caller in [amara, okafor] {
      await #expect(throws: ChatError.failedPrecondition(.attachmentRejected)) {
        _ = try await ward.download(file, caller)
      }
      #expect(try await ward.attachments.get(file.id, caller).attachment.state == .rejected)
    }
    #expect(ward.files("blobs") == 0)
  }

  @Test("a scanner that cannot tell holds the file back, and is asked again")
  func noVerdict() async throws {
    let scanner = StandInScanner()
    scanner.verdict.set(.failure(InspectionFailure("no answer")))
    let reports = Box<[InspectionFailure]>([])
    let ward = try Ward(attachments: {
      $0.scanner = scanner
      $0.report = { failure in reports.change { $0.append(failure) } }
    })
    let amara = try await ward.enter("amara", .patient)
    let file = try await ward.upload(letter, amara)
    try await ward.attachments.inspection.inspect(file.id)
    #expect(try await ward.attachments.get(file.id, amara).attachment.state == .pending)
    #expect(reports.value == [InspectionFailure("no answer")])
    scanner.verdict.set(.success(.clean))
    try await ward.attachments.inspection.inspect(file.id)
    #expect(try await ward.attachments.get(file.id, amara).attachment.state == .clean)
  }

  @Test("what waits is looked into by itself, also what waited before a restart")
  func queue() async throws {
    let scanner = StandInScanner()
    let ward = try Ward(attachments: { $0.scanner = scanner })
    let amara = try await ward.enter("amara", .patient)
    var files: [ChatModel.Attachment] = []
    for number in 0..<5 { files.append(try await ward.upload([UInt8(number)], amara)) }
    // As a server that starts anew: its queue is empty.
    let next = ChatServices(
      repository: ward.repository,
      hub: ward.hub,
      tokens: NoTokens(),
      attachments: AttachmentBackend(store: ward.store, scanner: scanner),
      time: ward.time,
      now: { Timestamp(milliseconds: 1_790_000_000_000) }
    )
    let inspection = try #require(next.attachments).inspection
    let running = Task { await inspection.run() }
    try await inspection.submitWaiting()
    for file in files {
      while try await ward.attachments.get(file.id, amara).attachment.state != .clean {
        await Task.yield()
      }
    }
    running.cancel()
    await running.value
    #expect(scanner.scans.value == 5)
  }

  @Test("a thumbnail is had beside the file, by those who may have the file")
  func thumbnail() async throws {
    let thumbnails = try StandInThumbnails(.success([1, 2, 3]))
    let ward = try Ward(attachments: { $0.thumbnails = thumbnails })
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let file = try await ward.upload(letter, amara)
    await #expect(throws: ChatError.notFound(.attachment)) {
      _ = try await ward.download(file, amara, thumbnail: true)
    }
    try await ward.attachments.inspection.inspect(file.id)
    #expect(try await ward.download(file, amara, thumbnail: true) == [1, 2, 3])
    #expect(try await ward.download(file, amara) == letter)
    await #expect(throws: ChatError.notFound(.attachment)) {
      _ = try await ward.download(file, okafor, thumbnail: true)
    }
    #expect(ward.files("uploads") == 0)
    #expect(ward.files("blobs") == 2)
    try await ward.attachments.discard(file.id, nil, amara)
    #expect(ward.files("blobs") == 0)
  }

  @Test("a file of which no thumbnail can be made goes without, and nobody tries again")
  func noThumbnail() async throws {
    let thumbnails = try StandInThumbnails(.failure(InspectionFailure("no picture")))
    let ward = try Ward(attachments: { $0.thumbnails = thumbnails })
    let amara = try await ward.enter("amara", .patient)
    let file = try await ward.upload(letter, amara)
    try await ward.attachments.inspection.inspect(file.id)
    #expect(try await ward.repository.waitingAttachment(file.id) == nil)
    #expect(try await ward.attachments.get(file.id, amara).attachment.thumbnail == nil)
  }
}
