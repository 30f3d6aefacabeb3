import ProbeAPI
import ProtobufC
import Testing

@Suite("Generated messages")
struct RoundTripTests {
  private func expectRoundTrip<M: ProtobufMessage>(
    _ message: M,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try M(decoding: message.encoded()) == message, sourceLocation: sourceLocation)
  }

  @Test("every scalar type keeps its smallest and largest values")
  func scalars() throws {
    try expectRoundTrip(Scalars())
    try expectRoundTrip(
      Scalars(
        aDouble: .greatestFiniteMagnitude,
        aFloat: .greatestFiniteMagnitude,
        anInt32: .max,
        anInt64: .max,
        aUint32: .max,
        aUint64: .max,
        aSint32: .max,
        aSint64: .max,
        aFixed32: .max,
        aFixed64: .max,
        aSfixed32: .max,
        aSfixed64: .max,
        aBool: true,
        aString: "Zoë 🩺",
        aBytes: [0, 255],
        aColour: .far
      )
    )
    try expectRoundTrip(
      Scalars(
        aDouble: .leastNonzeroMagnitude,
        aFloat: -.infinity,
        anInt32: .min,
        anInt64: .min,
        aSint32: .min,
        aSint64: .min,
        aSfixed32: .min,
        aSfixed64: .min,
        aColour: .below
      )
    )
    #expect(try Scalars(decoding: Scalars(aDouble: .nan).encoded()).aDouble.isNaN)
  }

  @Test("repeated fields of every type keep values, order and count")
  func repeated() throws {
    try expectRoundTrip(Repeats())
    try expectRoundTrip(
      Repeats(
        doubles: [1.5, -0.0],
        floats: [.infinity],
        int32s: [.min, 0, .max],
        int64s: [.min, 0, .max],
        uint32s: [0, .max],
        uint64s: [0, .max],
        sint32s: [.min, .max],
        sint64s: [.min, .max],
        fixed32s: [.max],
        fixed64s: [.max],
        sfixed32s: [.min],
        sfixed64s: [.min],
        bools: [true, false],
        strings: ["", "a", "ü"],
        byteStrings: [[], [0, 1]],
        colours: [.red, .unrecognized(77), .below],
        messages: [Scalars(), Scalars(aString: "x")],
        unpacked: [0, -1]
      )
    )
    try expectRoundTrip(Repeats(int64s: Array(-5_000...5_000), strings: ["", "", ""]))
  }

  @Test("maps of every kind of key and value keep their entries")
  func maps() throws {
    try expectRoundTrip(Maps())
    try expectRoundTrip(
      Maps(
        labels: ["": "", "a": "b"],
        inners: [0: .init(), -1: .init(deepest: .init(label: "x"), more: [.init()])],
        byTruth: [true: 1, false: 2],
        blobs: [0: [], .max: [1]],
        colours: [.min: .red, 0: .unrecognized(9)],
        modes: ["k": .modeOn],
        flags: [7: true, 0: false]
      )
    )
  }

  @Test("each member of a oneof is kept, also at its type's zero")
  func oneofs() throws {
    let values: [Choices.What] = [
      .number(0), .number(.min), .text(""), .text("x"), .raw([]), .raw([0]), .truth(false),
      .truth(true), .colour(.unspecified), .colour(.red), .outer(Outer()), .real(0),
      .scalars(Scalars(anInt32: 1)),
    ]
    for value in values {
      try expectRoundTrip(Choices(what: value, second: .right(""), beside: "b"))
    }
    try expectRoundTrip(Choices(outerValue: .imported(Imported(fromNoPackage: "i"))))
  }

  @Test("an optional field tells absent from zero")
  func presence() throws {
    try expectRoundTrip(Presence())
    try expectRoundTrip(
      Presence(count: 0, name: "", colour: .unspecified, inner: .init(), data: [])
    )
    #expect(try Presence(count: 0).encoded() == [0x08, 0x00])
  }

  @Test("names that mean something in C or Swift are usable")
  func names() throws {
    try expectRoundTrip(
      TypeMessage(
        class: "a",
        self_: "b",
        protocol: "c",
        default: "d",
        int: 1,
        init_: "e",
        func: "f",
        isTrue: true,
        camelName: "g",
        url: "h",
        userID: "i",
        switch: ["j"],
        var: "k",
        value: "l",
        reader: "m",
        writer: "n",
        c: "o",
        case: .where("p"),
        hashValue_: "q",
        descriptor: "r",
        relatedIDs: ["s"]
      )
    )
    try expectRoundTrip(Old(kept: "a", gone: "b"))
    try expectRoundTrip(Empty())
  }

  @Test("proto2 tells absent from its defaults and writes what is required")
  func proto2() throws {
    #expect(try Record().encoded() == [0x0a, 0, 0x10, 0, 0x62, 0])
    try expectRoundTrip(Record(key: "k", revision: -1, mainPart: .init(name: "m")))
    try expectRoundTrip(
      Record(
        key: "k",
        title: "untitled",
        size: 42,
        flag: false,
        level: .high,
        data: [],
        part: .init(name: ""),
        numbers: [1, -1],
        packedNumbers: [3, 4],
        note: "",
        mainPart: .init()
      )
    )
    #expect(throws: ProtobufDecodingError(.malformed, message: "legacy.Record")) {
      try Record(decoding: [0x0a, 0])
    }
  }

  @Test("messages of other files and of no package are found")
  func imports() throws {
    try expectRoundTrip(HTTPServer2Info(host: "h", record: Record(mainPart: .init())))
    #expect(Imported.descriptor.name == "Imported")
  }
}
