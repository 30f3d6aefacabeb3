import CProtobufC
import CTTRPCProto
import ProbeAPI
import ProtobufC
import Testing
import WardlineAPI

@Suite("Decoding")
struct DecodingTests {
  @Test("empty input is a message with no field set")
  func emptyInput() throws {
    #expect(try Scalars(decoding: []) == Scalars())
    #expect(try Maps(decoding: []) == Maps())
  }

  @Test("a string with U+0000 is refused and its field named")
  func embeddedNUL() {
    let bytes = field(2, Array("adm\0in".utf8))
    #expect(
      throws: ProtobufDecodingError(
        .embeddedNUL,
        message: "wardline.v1.Message",
        field: "conversation_id"
      )
    ) { try Message(decoding: bytes) }
  }

  @Test("a string that ends with U+0000 is refused", arguments: ["\0", "a\0", "\0\0"])
  func closingNUL(text: String) {
    let bytes = field(2, Array(text.utf8))
    #expect(throws: ProtobufDecodingError.self) { try Message(decoding: bytes) }
  }

  @Test(
    "a string that is not UTF-8 is refused and its field named",
    arguments: [
      [0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80],
    ] as [[UInt8]]
  )
  func invalidUTF8(content: [UInt8]) {
    #expect(
      throws: ProtobufDecodingError(.invalidUTF8, message: "wardline.v1.Message", field: "content")
    ) { try Message(decoding: field(7, content)) }
  }

  @Test("strings are checked in repeated fields, oneofs, maps and nested messages")
  func checkedEverywhere() {
    let bad: [UInt8] = [0x61, 0, 0x62]
    #expect(throws: ProtobufDecodingError.self) { try Repeats(decoding: field(14, bad)) }
    #expect(throws: ProtobufDecodingError.self) { try Choices(decoding: field(2, bad)) }
    #expect(throws: ProtobufDecodingError.self) { try Presence(decoding: field(2, bad)) }
    #expect(throws: ProtobufDecodingError.self) {
      try Maps(decoding: field(1, field(1, bad)))
    }
    #expect(throws: ProtobufDecodingError.self) {
      try Outer(decoding: field(1, field(1, field(1, bad))))
    }
  }

  @Test("of a field that comes twice the last counts")
  func lastWins() throws {
    let bytes = field(2, Array("first".utf8)) + field(2, Array("last".utf8))
    #expect(try Message(decoding: bytes).conversationID == "last")
    #expect(try Choices(decoding: [0x08, 1] + field(2, [0x61])).what == .text("a"))
    #expect(try Choices(decoding: field(2, [0x61]) + [0x08, 1]).what == .number(1))
  }

  @Test("a nested message that comes twice is merged")
  func merged() throws {
    let bytes = field(5, field(1, [0x61])) + field(5, field(2, [0x62]))
    #expect(try Message(decoding: bytes).sender == Sender(senderID: "a", userID: "b"))
  }

  @Test("unknown fields are dropped")
  func unknownFields() throws {
    let bytes = field(2, [0x61]) + [0xf8, 0x07, 0x01] + [0xfa, 0x07, 0x02, 0x61, 0x62]
    let message = try Message(decoding: bytes)
    #expect(try message.encoded() == field(2, [0x61]))
  }

  @Test("an enum value without a name keeps its number")
  func unrecognizedEnum() throws {
    let message = try Message(decoding: [0x30, 0x63])
    #expect(message.messageType == .unrecognized(99))
    #expect(try message.encoded() == [0x30, 0x63])
    #expect(
      try Scalars(decoding: [0x80, 0x01, 0xfb] + Array(repeating: 0xff, count: 8) + [1])
        .aColour == .below
    )
  }

  @Test("every bool but 0 is true, and goes out as 1")
  func oddBools() throws {
    let message = try Message(decoding: [0x48, 0x80, 0x80, 0x01])
    #expect(message.isRead)
    #expect(try message.encoded() == [0x48, 0x01])
    #expect(try Repeats(decoding: field(13, [0, 2, 1])).bools == [false, true, true])
  }

  @Test("a field of another wire type is malformed", arguments: [0x10, 0x11, 0x15] as [UInt8])
  func wrongWireType(tag: UInt8) {
    let bytes = [tag] + [UInt8](repeating: 1, count: tag == 0x11 ? 8 : tag == 0x15 ? 4 : 1)
    #expect(throws: ProtobufDecodingError(.malformed, message: "wardline.v1.Message")) {
      try Message(decoding: bytes)
    }
  }

  @Test(
    "what does not follow the wire format is malformed",
    arguments: [
      [0x0a, 0x05, 0x61], [0x0a], [0x08], [0xff], [0x0b], [0x0c], [0x00, 0x00],
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x18] + Array(repeating: 0x80, count: 11),
    ] as [[UInt8]]
  )
  func malformed(bytes: [UInt8]) {
    #expect(throws: ProtobufDecodingError(.malformed, message: "wardline.v1.Message")) {
      try Message(decoding: bytes)
    }
  }

  @Test("an error names type and field and says nothing of the content")
  func errorText() {
    let error = #expect(throws: ProtobufDecodingError.self) {
      try Message(decoding: field(7, Array("se\0cret".utf8)))
    }
    #expect(error?.description == "wardline.v1.Message.content holds U+0000")
  }

  @Test("fields of an envelope are read without making strings")
  func envelope() throws {
    let bytes =
      field(1, Array("wardline.v1.Messages".utf8)) + field(2, Array("Send".utf8))
      + field(3, [1, 2, 3]) + [0x20, 0x05] + field(5, field(1, [0x6b]) + field(2, [0x76]))
    try unpack(Envelope.request, bytes) { reader throws(ProtobufDecodingError) in
      let c = reader.fields(of: Ttrpc__Request.self)
      let service = try reader.utf8(c.pointee.service, field: 1)
      #expect(service.elementsEqual("wardline.v1.Messages".utf8))
      #expect(reader.bytes(c.pointee.payload.data, count: c.pointee.payload.len) == [1, 2, 3])
      #expect(c.pointee.timeout_nano == 5)
      #expect(c.pointee.n_metadata == 1)
    }
  }
}
