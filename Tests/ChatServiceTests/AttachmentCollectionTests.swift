import AttachmentStorage
import ChatModel
import ChatRepository
import ChatService
import Testing

@Suite("What nobody needs any more")
struct AttachmentCollectionTests {
  private let letter = Array("Dear Doctor Okafor".utf8)

  @Test("what was never sent, and never completed, goes after its time; what was sent stays")
  func orphans() async throws {
    let ward = try Ward(attachments: {
      $0.limits.uploadLifetimeSeconds = 60
      $0.limits.unusedLifetimeSeconds = 120
    })
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let upload = try await ward.start(amara)
    var session = try await ward.attachments.resume(upload.id, at: 0, amara)
    try await session.append(letter)
    let unsent = try await ward.upload([1], amara)
    let sent = try await ward.upload([2], amara)
    try await ward.post(sent, from: amara, to: okafor)
    ward.advance(seconds: 60)
    #expect(try await ward.attachments.collection.collect() == 0)
    ward.advance(seconds: 1)
    #expect(try await ward.attachments.collection.collect() == 1)
    #expect(ward.files("uploads") == 0)
    await #expect(throws: ChatError.upload(.takenOver)) { try await session.append([1]) }
    ward.advance(seconds: 60)
    #expect(try await ward.attachments.collection.collect() == 1)
    await #expect(throws: ChatError.notFound(.attachment)) {
      _ = try await ward.attachments.get(unsent.id, amara)
    }
    #expect(ward.files("blobs") == 1)
    ward.advance(seconds: 1_000_000)
    #expect(try await ward.attachments.collection.collect() == 0)
    #expect(try await ward.download(sent, okafor) == [2])
  }

  @Test("what a server left behind that died in between is swept out; what is known stays")
  func sweep() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let upload = try await ward.start(amara)
    var session = try await ward.attachments.resume(upload.id, at: 0, amara)
    try await session.append(letter)
    let file = try await ward.upload([1], amara)
    // Published, but nobody noted it; noted, but the upload is still there; nobody knows of it.
    let stray = try #require(AttachmentID(rawValue: 77))
    try await ward.store.append([5], to: stray, at: 0)
    try await ward.store.publish(stray, as: try await ward.store.examine(stray).blob)
    try await ward.store.append([1], to: file.id, at: 0)
    #expect(ward.files("uploads") == 3)
    #expect(ward.files("blobs") == 2)
    try await ward.attachments.collection.sweep()
    #expect(ward.files("uploads") == 1)
    #expect(ward.files("blobs") == 1)
    #expect(try await ward.download(file, amara) == [1])
    #expect(try await session.complete(try hash(of: letter)).state == .clean)
  }

  @Test("a download ends soon after the right to it ended")
  func rightEnds() async throws {
    let ward = try Ward(attachments: { $0.limits.downloadChunkBytes = 4 })
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let file = try await ward.upload(letter, amara)
    try await ward.post(file, from: amara, to: okafor)
    var open = try await ward.attachments.open(file.id, AttachmentPart(), okafor)
    #expect(try await open.next()?.bytes == Array(letter.prefix(4)))
    let conversations = try await ward.repository.conversations(
      of: amara.userID,
      before: nil,
      limit: 1
    )
    let last = try #require(conversations.items.first?.lastMessage)
    _ = try await ward.repository.write(
      DeleteMessage(message: last.id, scope: .all, windowMilliseconds: 1_000_000),
      WriteContext(actor: amara.userID, now: ward.now)
    )
    ward.advance(seconds: 2)
    await #expect(throws: ChatError.notFound(.attachment)) { _ = try await open.next() }
  }

  @Test("a range is what it says, and behind the end there is nothing")
  func ranges() async throws {
    let ward = try Ward(attachments: { $0.limits.downloadChunkBytes = 5 })
    let amara = try await ward.enter("amara", .patient)
    let file = try await ward.upload(letter, amara)
    let ranges: [(Int64, Int64?, Range<Int>)] = [
      (0, nil, 0..<18), (0, 5, 0..<5), (4, 7, 4..<11), (17, nil, 17..<18), (18, nil, 18..<18),
      (10, 100, 10..<18), (0, .max, 0..<18), (0, 0, 0..<0), (19, nil, 18..<18), (.max, 1, 18..<18),
    ]
    for (offset, length, range) in ranges {
      let part = try await ward.download(file, amara, from: offset, length: length)
      #expect(part == Array(letter[range]))
    }
    for (offset, length) in [(-1, nil), (0, -1)] as [(Int64, Int64?)] {
      await #expect(throws: ChatError.self) {
        _ = try await ward.download(file, amara, from: offset, length: length)
      }
    }
  }
}
