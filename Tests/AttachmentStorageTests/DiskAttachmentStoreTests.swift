import AttachmentStorage
import ChatModel
import ChatService
import Foundation
import Testing

@Suite("Attachments on the disk")
struct DiskAttachmentStoreTests {
  @Test("bytes that come in parts are kept under their hash, and are the same in any range")
  func roundTrip() async throws {
    let shelf = try Shelf()
    let content = bytes(300_000)
    let upload = try attachment(7)
    for start in stride(from: 0, to: content.count, by: 70_000) {
      let part = Array(content[start..<min(start + 70_000, content.count)])
      try await shelf.store.append(part, to: upload, at: Int64(start))
    }
    let examined = try await shelf.store.examine(upload)
    #expect(examined.blob == Blob(hash: try hash(of: content), size: 300_000))
    #expect(examined.beginning == Array(content.prefix(12)))
    try await shelf.store.publish(upload, as: examined.blob)
    for (offset, count) in [(0, 300_000), (0, 1), (1, 65_536), (299_999, 1), (300_000, 0)] {
      let read = try await shelf.store.read(examined.blob, at: Int64(offset), count: count)
      #expect(read == Array(content[offset..<(offset + count)]))
    }
  }

  @Test("an upload goes on, after a restart too, where the store says, and nowhere else")
  func resume() async throws {
    let shelf = try Shelf()
    let upload = try attachment(8)
    #expect(try await shelf.store.received(upload) == 0)
    try await shelf.store.append(bytes(1000), to: upload, at: 0)
    let store = try shelf.reopened()
    #expect(try await store.received(upload) == 1000)
    for wrong: Int64 in [0, 999, 1001] {
      await #expect(throws: ChatError.upload(.wrongOffset(expected: 1000))) {
        try await store.append([1], to: upload, at: wrong)
      }
    }
    try await store.append([1], to: upload, at: 1000)
    #expect(try await store.received(upload) == 1001)
    #expect(try await store.uploads() == [upload])
  }

  @Test("the same bytes are one file, whoever uploads them")
  func deduplication() async throws {
    let shelf = try Shelf()
    let content = bytes(5000)
    let one = try await shelf.store.keep(content, as: try attachment(1))
    let other = try await shelf.store.keep(content, as: try attachment(2))
    #expect(one == other)
    let name = one.hash.description
    #expect(shelf.files() == ["blobs/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"])
  }

  @Test("an upload that was published, of which nobody noted it, is published again")
  func publishedTwice() async throws {
    let shelf = try Shelf()
    let upload = try attachment(3)
    try await shelf.store.append(bytes(100), to: upload, at: 0)
    let blob = try await shelf.store.examine(upload).blob
    try await shelf.store.publish(upload, as: blob)
    let store = try shelf.reopened()
    #expect(try await store.received(upload) == 100)
    try await store.publish(upload, as: blob)
    try await store.discard(upload)
    try await store.discard(upload)
    #expect(try await store.read(blob, at: 0, count: 100) == bytes(100))
    #expect(try await store.received(upload) == 0)
  }

  @Test(
    "nothing stands under a hash but all of its bytes, and what was being made is gone at a start"
  )
  func noHalfBlob() async throws {
    let shelf = try Shelf()
    let upload = try attachment(4)
    try await shelf.store.append(bytes(100), to: upload, at: 0)
    try Data(bytes(10)).write(to: shelf.url("scratch/left-behind"))
    _ = try shelf.reopened()
    #expect(shelf.files() == ["uploads/\(upload)"])
  }

  @Test("a blob that lost bytes is replaced by one that has them")
  func damagedBlob() async throws {
    let shelf = try Shelf()
    let blob = try await shelf.store.keep(bytes(100), as: try attachment(5))
    try Data(bytes(10)).write(to: shelf.url(shelf.files()[0]))
    await #expect(throws: ChatError.dataLoss) {
      try await shelf.store.read(blob, at: 0, count: 100)
    }
    _ = try await shelf.store.keep(bytes(100), as: try attachment(6))
    #expect(try await shelf.store.read(blob, at: 0, count: 100) == bytes(100))
  }

  @Test("a removed blob is lost, and removing it again does nothing")
  func removal() async throws {
    let shelf = try Shelf()
    let blob = try await shelf.store.keep(bytes(100), as: try attachment(11))
    #expect(blob == Blob(hash: try hash(of: bytes(100)), size: 100))
    let prefix = blob.hash.bytes[0]
    #expect(try await shelf.store.blobs(beginningWith: prefix) == [blob.hash])
    #expect(try await shelf.store.blobs(beginningWith: prefix &+ 1) == [])
    try await shelf.store.remove(blob.hash)
    try await shelf.store.remove(blob.hash)
    await #expect(throws: ChatError.dataLoss) { try await shelf.store.read(blob, at: 0, count: 1) }
    await #expect(throws: ChatError.dataLoss) { try await shelf.store.withFile(of: blob) { _ in } }
    #expect(shelf.files() == [])
  }

  @Test("no other user of the machine can read the files")
  func modes() async throws {
    let shelf = try Shelf()
    _ = try await shelf.store.keep(bytes(10), as: try attachment(9))
    try await shelf.store.append(bytes(10), to: try attachment(10), at: 0)
    for file in shelf.files() {
      let attributes = try FileManager.default.attributesOfItem(atPath: shelf.url(file).path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    let root = try FileManager.default.attributesOfItem(atPath: shelf.url("").path)
    #expect(root[.posixPermissions] as? Int == 0o700)
  }

  @Test("a folder that cannot be made is said with its path and the reason")
  func unusableFolder() throws {
    let shelf = try Shelf()
    let file = try shelf.script("true")
    #expect {
      _ = try DiskAttachmentStore(folder: file)
    } throws: { error in
      "\(error)".contains(file) && "\(error)".contains("Not a directory")
    }
  }
}
