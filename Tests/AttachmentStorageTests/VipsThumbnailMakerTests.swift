import AttachmentStorage
import ChatModel
import ChatService
import Foundation
import ServerProcess
import Testing

@Suite("Thumbnails by libvips")
struct VipsThumbnailMakerTests {
  @Test("a picture gets a small JPEG of its shape, and nothing stays behind")
  func picture() async throws {
    let shelf = try Shelf()
    let maker = try thumbnailMaker(shelf)
    let thumbnail = try await maker.thumbnail(of: try write(TestPicture.wide(), on: shelf))
    #expect(FileSignature.matches(maker.thumbnailType, thumbnail))
    #expect(TestPicture.sizeOfJPEG(thumbnail) == [320, 213])
    #expect(shelf.files() == [])
  }

  @Test("a picture that is small already is not made larger")
  func smallPicture() async throws {
    let shelf = try Shelf()
    let maker = try thumbnailMaker(shelf)
    let thumbnail = try await maker.thumbnail(of: try write(TestPicture.small(), on: shelf))
    #expect(TestPicture.sizeOfJPEG(thumbnail) == [8, 8])
  }

  @Test("what the picture says beside the picture, such as where it was taken, is left out")
  func metadata() async throws {
    let shelf = try Shelf()
    let maker = try thumbnailMaker(shelf)
    let marker = "taken at 52.5200 N 13.4050 E"
    let thumbnail = try await maker.thumbnail(
      of: try write(TestPicture.small(comment: marker), on: shelf)
    )
    #expect(Data(thumbnail).range(of: Data(marker.utf8)) == nil)
  }

  @Test("what is no picture, or one that libvips does not trust, is a failure and no more")
  func noPicture() async throws {
    let shelf = try Shelf()
    let maker = try thumbnailMaker(shelf)
    let drawing = #"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"#
    for content in [Array(drawing.utf8), [], bytes(1000)] {
      let path = try write(content, on: shelf)
      await #expect(throws: InspectionFailure.self) { try await maker.thumbnail(of: path) }
    }
    #expect(shelf.files() == [])
  }

  @Test("without the program there is nobody who makes thumbnails")
  func noProgram() throws {
    let shelf = try Shelf()
    #expect(VipsThumbnailMaker(shelf.store, searchPath: "/nowhere:relative") == nil)
    #expect(VipsThumbnailMaker(shelf.store, searchPath: "") == nil)
  }

  private func thumbnailMaker(_ shelf: Shelf) throws -> VipsThumbnailMaker {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try #require(VipsThumbnailMaker(shelf.store, searchPath: path), "install libvips-tools")
  }

  private func write(_ content: [UInt8], on shelf: Shelf) throws -> String {
    let url = shelf.folder.url.appending(path: "picture-\(UUID().uuidString)")
    try Data(content).write(to: url)
    return url.path
  }
}
