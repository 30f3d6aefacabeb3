import Foundation
import NIOCore
import Testing

@testable import WardlineGateway

@Suite("The files of the web app")
struct WebFileTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources/WardlineGateway/Web/app")

  private static func names() throws -> Set<String> {
    let all = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return Set(all.filter { !folder.appending(path: $0).hasDirectoryPath && $0.contains(".") })
  }

  @Test("every file of the folder is in the program, as it is")
  func embedded() throws {
    let files = WebFile.embedded
    #expect(try Set(files.map(\.path)) == Self.names())
    for file in files {
      let data = try Data(contentsOf: Self.folder.appending(path: file.path))
      let isSame = Data(file.bytes.readableBytesView) == data
      #expect(isSame, "\(file.path) was changed since the program was built")
    }
  }

  @Test("what goes over the wire at the first load is far below 150 KiB")
  func size() {
    let bytes = WebFile.embedded.map { ($0.compressed ?? $0.bytes).readableBytes }
    #expect(bytes.reduce(0, +) < 110 << 10)
  }

  @Test("files stay small enough to be read, and hold no way from text to markup or code")
  func readable() {
    let banned = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
    for file in WebFile.embedded where file.path.hasSuffix(".js") {
      let text = String(buffer: file.bytes)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 300)
      for word in banned { #expect(!text.contains(word), "\(word) in \(file.path)") }
    }
  }

  @Test("another byte is another version")
  func version() {
    let one = WebFile(path: "a.js", bytes: ByteBuffer(string: "1"))
    let other = WebFile(path: "a.js", bytes: ByteBuffer(string: "2"))
    #expect(WebFile.version(of: [one]) != WebFile.version(of: [other]))
  }
}
