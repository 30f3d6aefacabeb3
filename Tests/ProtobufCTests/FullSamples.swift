import ProbeAPI

/// Messages with every field set, to values at the edges of their types where they have edges.
enum FullSamples {
  static let scalars = Scalars(
    aDouble: -.greatestFiniteMagnitude,
    aFloat: .leastNonzeroMagnitude,
    anInt32: .min,
    anInt64: .min,
    aUint32: .max,
    aUint64: .max,
    aSint32: .min,
    aSint64: .min,
    aFixed32: .max,
    aFixed64: .max,
    aSfixed32: .min,
    aSfixed64: .min,
    aBool: true,
    aString: "Zoë 🩺\u{1}\n",
    aBytes: [0, 255, 0],
    aColour: .far
  )

  static let repeats = Repeats(
    doubles: [0, -0.0, .infinity, 1.5],
    floats: [1, -.infinity],
    int32s: [.min, -1, 0, .max],
    int64s: [.min, -1, 0, .max],
    uint32s: [0, .max],
    uint64s: [0, .max],
    sint32s: [.min, -1, .max],
    sint64s: [.min, -1, .max],
    fixed32s: [0, .max],
    fixed64s: [0, .max],
    sfixed32s: [.min, .max],
    sfixed64s: [.min, .max],
    bools: [true, false, true],
    strings: ["", "a", "ü"],
    byteStrings: [[], [0], [1, 2]],
    colours: [.red, .below, .unrecognized(77)],
    messages: [Scalars(), scalars],
    unpacked: [1, 0, -1]
  )

  static let maps = Maps(
    labels: ["": "", "a": "b", "ключ": "значение"],
    inners: [0: .init(), -7: .init(deepest: .init(label: "deep"), more: [.init(), .init()])],
    byTruth: [true: 1.5, false: -2],
    blobs: [0: [], .max: [0, 1]],
    colours: [.min: .red, .max: .unrecognized(9)],
    modes: ["on": .modeOn],
    flags: [.max: true]
  )

  static let choices = Choices(
    what: .outer(Outer(inner: .init(deepest: .init(label: "x")), mode: .mode2nd)),
    second: .right("r"),
    beside: "b",
    outerValue: .imported(Imported(fromNoPackage: "i"))
  )

  static let record = Record(
    key: "k",
    revision: -1,
    title: "untitled",
    size: 42,
    flag: false,
    level: .low,
    data: [],
    part: .init(name: ""),
    numbers: [1, -1],
    packedNumbers: [3, 4],
    note: "",
    mainPart: .init()
  )
}
