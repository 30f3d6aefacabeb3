import ProbeAPI
import ProtobufC
import Testing

/// Bytes written by hand from the description of the wire format.
@Suite("Bytes of generated messages")
struct WireBytesTests {
  @Test("scalars have the bytes of the specification")
  func scalars() throws {
    let cases: [(Scalars, [UInt8])] = [
      (Scalars(), []),
      (Scalars(aDouble: 1), [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
      (Scalars(aFloat: -2), [0x15, 0, 0, 0, 0xc0]),
      (Scalars(anInt32: 150), [0x18, 0x96, 0x01]),
      (Scalars(anInt32: -1), [0x18] + [UInt8](repeating: 0xff, count: 9) + [0x01]),
      (Scalars(aSint32: -1), [0x38, 0x01]),
      (Scalars(aSint64: .min), [0x40] + [UInt8](repeating: 0xff, count: 9) + [0x01]),
      (Scalars(aFixed32: 1), [0x4d, 1, 0, 0, 0]),
      (Scalars(aSfixed64: -1), [0x61] + [UInt8](repeating: 0xff, count: 8)),
      (Scalars(aBool: true), [0x68, 1]),
      (Scalars(aString: "testing"), [0x72, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]),
      (Scalars(aBytes: [0]), [0x7a, 1, 0]),
      (Scalars(aColour: .red), [0x80, 0x01, 1]),
    ]
    for (message, bytes) in cases {
      #expect(try message.encoded() == bytes)
      #expect(try Scalars(decoding: bytes) == message)
    }
  }

  @Test("numbers are packed in proto3, and read in both forms")
  func packed() throws {
    #expect(try Repeats(int32s: [3, 270]).encoded() == [0x1a, 3, 3, 0x8e, 0x02])
    #expect(try Repeats(decoding: [0x18, 3, 0x18, 0x8e, 0x02]).int32s == [3, 270])
    #expect(
      try Repeats(decoding: [0x1a, 1, 3, 0x18, 4, 0x1a, 1, 5]).int32s == [3, 4, 5]
    )
    #expect(try Repeats(unpacked: [1, 2]).encoded() == [0x90, 0x01, 1, 0x90, 0x01, 2])
  }

  @Test("maps are entries in the order of their keys, of which the last of a key counts")
  func maps() throws {
    let maps = Maps(labels: ["b": "2", "a": "1"])
    let entry = { (key: UInt8, value: UInt8) -> [UInt8] in
      [0x0a, 6, 0x0a, 1, key, 0x12, 1, value]
    }
    #expect(try maps.encoded() == entry(0x61, 0x31) + entry(0x62, 0x32))
    #expect(
      try Maps(decoding: entry(0x61, 0x30) + entry(0x62, 0x32) + entry(0x61, 0x31)) == maps
    )
    #expect(try Maps(decoding: [0x12, 0]).inners == [0: .init()])
  }

  @Test("nested messages carry their length")
  func nested() throws {
    let outer = Outer(inner: .init(deepest: .init(label: "x")), mode: .modeOn)
    #expect(try outer.encoded() == [0x0a, 5, 0x0a, 3, 0x0a, 1, 0x78, 0x10, 1])
  }
}
