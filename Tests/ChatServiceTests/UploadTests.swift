import ChatModel
import ChatRepository
import ChatService
import Testing

@Suite("Uploads")
struct UploadTests {
  private let letter = Array("Dear Doctor Okafor".utf8)

  @Test("an upload that is broken off goes on where the server says")
  func resume() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let id = try await ward.start(amara, size: Int64(letter.count)).id
    var first = try await ward.attachments.resume(id, at: 0, amara)
    try await first.append(Array(letter.prefix(7)))
    #expect(try await first.pause().receivedBytes == 7)
    first.end()
    #expect(try await ward.attachments.get(id, amara).receivedBytes == 7)
    await #expect(throws: ChatError.upload(.wrongOffset(expected: 7))) {
      _ = try await ward.attachments.resume(id, at: 6, amara)
    }
    var second = try await ward.attachments.resume(id, at: 7, amara)
    try await second.append(Array(letter.dropFirst(7)))
    let complete = try await second.complete(try hash(of: letter))
    #expect(complete.blob == Blob(hash: try hash(of: letter), size: Int64(letter.count)))
    #expect(try await ward.download(complete, amara) == letter)
    #expect(ward.files("uploads") == 0)
  }

  @Test("whoever asks last goes on with an upload, and the one before gets no further")
  func takenOver() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let id = try await ward.start(amara).id
    var old = try await ward.attachments.resume(id, at: 0, amara)
    try await old.append([1, 2])
    var new = try await ward.attachments.resume(id, at: 2, amara)
    await #expect(throws: ChatError.upload(.takenOver)) { try await old.append([9]) }
    old.end()
    try await new.append([3])
    let complete = try await new.complete(try hash(of: [1, 2, 3]))
    #expect(try await ward.download(complete, amara) == [1, 2, 3])
  }

  @Test("bytes with another hash are refused, and the upload starts again")
  func wrongHash() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let id = try await ward.start(amara, hash: try hash(of: letter)).id
    var session = try await ward.attachments.resume(id, at: 0, amara)
    try await session.append(Array(letter.reversed()))
    await #expect {
      _ = try await session.complete(nil)
    } throws: {
      "\($0)" == "sha256: the 18 bytes that came have another; the upload starts again at 0"
    }
    #expect(ward.files("blobs") == 0)
    var again = try await ward.attachments.resume(id, at: 0, amara)
    try await again.append(letter)
    #expect(try await again.complete(nil).state == .clean)
  }

  @Test("a hash must be given once, and not two different ones")
  func missingHash() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let one = try await ward.start(amara).id
    let session = try await ward.attachments.resume(one, at: 0, amara)
    await #expect {
      _ = try await session.complete(nil)
    } throws: {
      "\($0)" == "sha256: must be given at the start or with the last part"
    }
    let other = try await ward.start(amara, hash: try hash(of: letter)).id
    let second = try await ward.attachments.resume(other, at: 0, amara)
    await #expect(throws: ChatError.self) { _ = try await second.complete(try hash(of: [1])) }
  }

  @Test("a picture that is none is refused")
  func signature() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let id = try await ward.start(amara, type: "image/png").id
    var session = try await ward.attachments.resume(id, at: 0, amara)
    try await session.append(letter)
    await #expect {
      _ = try await session.complete(try hash(of: letter))
    } throws: {
      "\($0)".hasPrefix("content_type: the bytes that came are not of this type")
    }
  }

  @Test("one byte more than announced, or than accepted, is refused with the numbers")
  func tooMuch() async throws {
    let ward = try Ward(attachments: { $0.limits.fileBytesMax = 10 })
    let amara = try await ward.enter("amara", .patient)
    await #expect {
      _ = try await ward.start(amara, size: 11)
    } throws: {
      "\($0)" == "size: is 11 bytes; at most 10 are accepted"
    }
    let announced = try await ward.start(amara, size: 5).id
    var session = try await ward.attachments.resume(announced, at: 0, amara)
    try await session.append(Array(letter.prefix(5)))
    await #expect {
      try await session.append([0])
    } throws: {
      "\($0)" == "data: goes on to byte 6; 5 were announced"
    }
    let unknown = try await ward.start(amara).id
    var other = try await ward.attachments.resume(unknown, at: 0, amara)
    try await other.append(Array(letter.prefix(10)))
    await #expect {
      try await other.append([0])
    } throws: {
      "\($0)" == "data: is 11 bytes; at most 10 are accepted"
    }
  }

  @Test("the end before all announced bytes is refused, and they can still come")
  func tooLittle() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let id = try await ward.start(amara, size: 3).id
    var session = try await ward.attachments.resume(id, at: 0, amara)
    try await session.append([1, 2])
    await #expect {
      _ = try await session.complete(try hash(of: [1, 2]))
    } throws: {
      "\($0)" == "last: comes after 2 bytes; 3 were announced"
    }
    try await session.append([3])
    #expect(try await session.complete(try hash(of: [1, 2, 3])).size == 3)
  }

  @Test("a complete upload answers the same end again, and takes nothing more")
  func lostAnswer() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let complete = try await ward.upload(letter, amara)
    var session = try await ward.attachments.resume(complete.id, at: 18, amara)
    #expect(try await session.complete(try hash(of: letter)) == complete)
    await #expect(throws: ChatError.failedPrecondition(.attachmentComplete)) {
      try await session.append([1])
    }
  }

  @Test("an empty file is a file")
  func empty() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let complete = try await ward.upload([], amara)
    #expect(complete.size == 0)
    #expect(try await ward.download(complete, amara) == [])
  }

  @Test("the same bytes of two users are one blob, which stays for the one when the other goes")
  func deduplication() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let one = try await ward.upload(letter, amara)
    let other = try await ward.upload(letter, okafor)
    #expect(one.id != other.id)
    #expect(ward.files("blobs") == 1)
    try await ward.attachments.discard(one.id, nil, amara)
    #expect(try await ward.download(other, okafor) == letter)
    try await ward.attachments.discard(other.id, nil, okafor)
    #expect(ward.files("blobs") == 0)
  }

  @Test("to name the hash of somebody's file does not give it")
  func hashIsNoKey() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    _ = try await ward.upload(letter, okafor)
    let id = try await ward.start(amara, hash: try hash(of: letter)).id
    let session = try await ward.attachments.resume(id, at: 0, amara)
    await #expect(throws: ChatError.self) { _ = try await session.complete(nil) }
  }

  @Test("what is discarded takes no more bytes, and leaves none")
  func discardedWhileUploading() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let id = try await ward.start(amara).id
    var session = try await ward.attachments.resume(id, at: 0, amara)
    try await session.append(letter)
    try await ward.attachments.discard(id, nil, amara)
    await #expect(throws: ChatError.upload(.takenOver)) { try await session.append(letter) }
    #expect(ward.files("uploads") == 0)
    await #expect(throws: ChatError.notFound(.attachment)) {
      _ = try await ward.attachments.resume(id, at: 0, amara)
    }
  }

  @Test("what is somebody else's and what does not exist are one and the same NOT_FOUND")
  func foreign() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let okafor = try await ward.enter("okafor", .doctor)
    let theirs = try await ward.upload(letter, okafor)
    let missing = try #require(AttachmentID(rawValue: 1))
    for id in [theirs.id, missing] {
      let calls: [() async throws -> Void] = [
        { _ = try await ward.attachments.get(id, amara) },
        { _ = try await ward.attachments.resume(id, at: 0, amara) },
        { try await ward.attachments.discard(id, nil, amara) },
        { _ = try await ward.attachments.open(id, AttachmentPart(), amara) },
      ]
      for call in calls {
        await #expect(throws: ChatError.notFound(.attachment)) { try await call() }
      }
    }
  }
}
