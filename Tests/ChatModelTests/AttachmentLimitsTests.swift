import ChatModel
import Testing

@Suite("What is accepted of attachments")
struct AttachmentLimitsTests {
  private let limits = AttachmentLimits()

  @Test(
    "a name of a file is one line without slashes, and keeps its letters",
    arguments: ["a", "Befund.pdf", "тест 🙂.png", String(repeating: "x", count: 255), "..."]
  )
  func goodNames(_ name: String) {
    #expect(throws: Never.self) { try limits.validate(fileName: name) }
  }

  @Test(
    "what is no name of a file is refused",
    arguments: [
      "", " ", ".", "..", "a/b", "a\\b", "a\nb", "a\u{0}b", "\u{200B}",
      String(repeating: "x", count: 256),
    ]
  )
  func badNames(_ name: String) {
    #expect(throws: ChatError.self) { try limits.validate(fileName: name) }
  }

  @Test("one byte more than the limit is refused, with the number in the error")
  func sizes() {
    #expect(throws: Never.self) { try limits.validate(size: 0) }
    #expect(throws: Never.self) { try limits.validate(size: 100 << 20) }
    #expect {
      try limits.validate(size: (100 << 20) + 1)
    } throws: {
      "\($0)" == "size: is 104857601 bytes; at most 104857600 are accepted"
    }
    #expect(throws: ChatError.self) { try limits.validate(size: -1) }
  }

  @Test("types are accepted by name and by kind, and the error lists them")
  func types() throws {
    var limits = AttachmentLimits()
    limits.contentTypes = ["image/png", "audio/*"]
    for name in ["image/png", "audio/ogg", "IMAGE/PNG"] {
      let type = try #require(ContentType(name))
      #expect(throws: Never.self) { try limits.validate(type) }
    }
    let other = try #require(ContentType("text/html"))
    #expect {
      try limits.validate(other)
    } throws: {
      "\($0)" == "content_type: is not accepted; accepted are image/png, audio/*"
    }
    limits.contentTypes = ["*/*"]
    #expect(throws: Never.self) { try limits.validate(other) }
  }

  @Test(
    "what is no content type is none",
    arguments: ["", "image", "image/", "/png", "image/png; q=1", "a/b/c", "image/pn g", "*/*"]
  )
  func noType(_ text: String) {
    #expect(ContentType(text) == nil)
  }

  @Test("a file must begin as its type does, where that is known")
  func signatures() throws {
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    let type = { try #require(ContentType($0)) }
    #expect(FileSignature.matches(try type("image/png"), png))
    #expect(!FileSignature.matches(try type("image/jpeg"), png))
    #expect(!FileSignature.matches(try type("image/png"), []))
    #expect(FileSignature.matches(try type("image/webp"), Array("RIFF....WEBP".utf8)))
    #expect(!FileSignature.matches(try type("image/webp"), Array("RIFF....WAVE".utf8)))
    #expect(FileSignature.matches(try type("image/gif"), Array("GIF89a".utf8)))
    #expect(FileSignature.matches(try type("application/pdf"), Array("%PDF-1.7".utf8)))
    #expect(FileSignature.matches(try type("text/plain"), []))
  }

  @Test("names of attachments and of bytes are read back from how they are written, and only so")
  func names() throws {
    let id = try #require(AttachmentID(rawValue: 7))
    #expect(id.description == "0000000000007")
    #expect(AttachmentID(id.description) == id)
    for text in ["", "7", "0000000000000", "000000000000U", "z000000000000"] {
      #expect(AttachmentID(text) == nil)
    }
    let hash = try #require(ContentHash(bytes: (0..<32).map { UInt8($0) + 200 }))
    #expect(ContentHash(hash.description) == hash)
    #expect(hash.description.hasPrefix("c8c9ca"))
    #expect(ContentHash(hash.description.uppercased()) == nil)
    #expect(ContentHash(String(hash.description.dropLast())) == nil)
    #expect(ContentHash(bytes: [1]) == nil)
  }
}
