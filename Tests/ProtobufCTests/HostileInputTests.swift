import ProbeAPI
import ProtobufC
import Testing
import WardlineAPI

@testable import ProtobufC

@Suite("Hostile input")
struct HostileInputTests {
  /// The largest frame.
  static let frameBytes = 4 * 1024 * 1024

  @Test("input made to cost memory is refused within the budget")
  func bombs() {
    let bombs: [(MessageDescriptor, [UInt8])] = [
      // Empty metadata entries, empty strings, unknown varints, empty nested messages.
      (Envelope.request, [0x2a, 0x00]),
      (Repeats.descriptor, [0x72, 0x00]),
      (Envelope.request, [0x78, 0x01]),
      (Repeats.descriptor, [0x8a, 0x01, 0x00]),
      (Maps.descriptor, [0x12, 0x00]),
    ]
    for (descriptor, unit) in bombs {
      var bytes = unit
      while bytes.count * 2 <= Self.frameBytes { bytes += bytes }
      expectRefusal(descriptor, bytes)
    }
  }

  @Test("packed numbers that grow eightfold are refused within the budget")
  func packedBomb() {
    let count = 1 << 20
    let length: [UInt8] = [0x80, 0x80, 0x40]
    expectRefusal(Repeats.descriptor, [0x22] + length + [UInt8](repeating: 1, count: count))
  }

  private func expectRefusal(_ descriptor: MessageDescriptor, _ bytes: [UInt8]) {
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(throws: ProtobufDecodingError(.budgetExceeded, message: descriptor.name)) {
        try unpack(descriptor, bytes) { _ in }
      }
    }
    #expect(time < .seconds(5))
    #expect(ThreadArena.current.chunkBytes == DecodingArena.firstChunkBytes)
  }

  @Test("a budget that is too small by one byte refuses, the next larger one does not")
  func budgetEdge() throws {
    let bytes = try Message(conversationID: "0123456789", content: "text").encoded()
    var limit = 0
    while (try? Message(decoding: bytes, budget: .init(perInputByte: 0, fixedBytes: limit))) == nil
    {
      #expect(throws: ProtobufDecodingError(.budgetExceeded, message: "wardline.v1.Message")) {
        try Message(decoding: bytes, budget: .init(perInputByte: 0, fixedBytes: limit))
      }
      limit += 1
    }
    #expect(limit > bytes.count)
    #expect(limit < 4 * bytes.count + 64 * 1024)
  }

  @Test("random bytes are decoded or refused, and leave no memory behind")
  func randomBytes() {
    var generator = SeededGenerator(seed: 20_261_121)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...96, using: &generator)
      decodeWithEveryType((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
    #expect(ThreadArena.current.chunkBytes == DecodingArena.firstChunkBytes)
  }

  @Test("valid messages with bytes changed are decoded or refused")
  func mutations() throws {
    var generator = SeededGenerator(seed: 7)
    let seeds = try [
      FullSamples.scalars.encoded(), FullSamples.repeats.encoded(), FullSamples.maps.encoded(),
      FullSamples.choices.encoded(), FullSamples.record.encoded(),
    ]
    for _ in 0..<4_000 {
      for var bytes in seeds {
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let index = Int.random(in: 0..<bytes.count, using: &generator)
          bytes[index] = UInt8.random(in: 0...255, using: &generator)
        }
        decodeWithEveryType(bytes)
      }
    }
    #expect(ThreadArena.current.chunkBytes == DecodingArena.firstChunkBytes)
  }

  @Test("a message cut at any byte is decoded or refused")
  func truncation() throws {
    for bytes in try [FullSamples.repeats.encoded(), FullSamples.maps.encoded()] {
      for end in 0..<bytes.count {
        decodeWithEveryType(Array(bytes[..<end]))
      }
    }
    #expect(ThreadArena.current.chunkBytes == DecodingArena.firstChunkBytes)
  }
}
