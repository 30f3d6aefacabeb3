import Foundation
import NIOCore
import RPC
import SeededRandom
import TTRPCWire
import Testing
import WardlineAPI

/// Protobuf that is small to send and large to decode, or that means something else to C than to
/// everybody else.
@Suite("Protobuf bombs", .enabled(if: ProcessFacts.areKnown))
struct BombTests {
  /// Data of a Request, each with the codes that it may be answered with.
  private static let requests: [(name: String, data: ByteBuffer, codes: Set<StatusCode>)] = [
    ("empty metadata entries", repeated([0x2a, 0]), refused),
    ("metadata entries with empty texts", repeated([0x2a, 4, 0x0a, 0, 0x12, 0]), refused),
    ("unknown varints", repeated([0x78, 1]), refused),
    ("unknown fields of no bytes", repeated([0x7a, 0]), refused),
    ("unknown fields of one byte each", repeated([0x7a, 1, 0]), refused),
    ("a payload given again and again", repeated([0x1a, 2, 7, 7]), refused),
    ("one service name of 4 MiB", named(repeated([0x61])), refused.union([.unimplemented])),
    ("a service name with U+0000", named(bytes([0x61, 0, 0x62])), [.invalidArgument]),
    ("a service name that is not UTF-8", named(bytes([0xff, 0xfe])), [.invalidArgument]),
    ("a service name with half a surrogate", named(bytes([0xed, 0xa0, 0x80])), [.invalidArgument]),
    ("a length beyond the end", bytes([0x0a, 0x7f, 0x61]), [.invalidArgument]),
    ("a length of 2³² − 1", bytes([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]), [.invalidArgument]),
    ("a group", bytes([0x7b, 0x78, 1, 0x7c]), [.invalidArgument]),
    ("field number 0", bytes([0x02, 0]), [.invalidArgument]),
    ("a varint without end", repeated([0xff]), [.invalidArgument, .resourceExhausted]),
    ("a field of another type", bytes([0x08, 1]), [.invalidArgument]),
  ]

  private static let refused: Set<StatusCode> = [.invalidArgument, .resourceExhausted]
  /// What decoding the largest frame may take, the frame twice (as read and as a whole), and what
  /// an allocator may keep for later.
  private static let memoryMax = (4 * 4 + 2 * 4 + 8) << 20

  @Test("each is refused alone, the connection and the others go on, and the memory stays bounded")
  func requests() async throws {
    let target = try await Target.open()
    let before = target.facts.peakBytes
    for _ in 0..<Soak.count(1, soak: 1_000) { try await Self.sendRequests(to: target) }
    let growth = target.facts.peakBytes - before
    #expect(growth < Self.memoryMax, "\(growth) bytes more")
    #expect(await target.close() == 0)
  }

  /// All of them on one connection, which is of use afterwards.
  private static func sendRequests(to target: Target) async throws {
    let peer = try await target.peer()
    var id: UInt32 = 1
    for bomb in requests {
      try await peer.send(AttackBytes.frame(id, .request, [], bomb.data))
      let code = try await peer.status(on: id)
      #expect(bomb.codes.contains(code), "\(bomb.name): \(code)")
      id += 2
      try await target.serveBystander()
    }
    try await peer.send(
      AttackBytes.request(id, SessionMethods.whoAmI, WhoAmIRequest(), token: target.token)
    )
    #expect(try await peer.status(on: id) == .ok)
    await peer.close()
  }

  @Test("in a payload too, of which nothing is carried out")
  func payloads() async throws {
    let target = try await Target.open()
    let before = target.facts.peakBytes
    let peer = try await target.peer()
    let payloads: [ByteBuffer] = [
      Self.repeated([0x7a, 0]), Self.repeated([0x78, 1]), Self.repeated([0x0a, 1, 0x61]),
      Self.bytes([0x0a, 3, 0x61, 0, 0x62]), Self.bytes([0x0a, 2, 0xff, 0xfe]),
      Self.bytes([0x0a, 0x7f]),
    ]
    var id: UInt32 = 1
    for payload in payloads {
      for method in [MessagesMethods.send, ConversationsMethods.create, EventsMethods.subscribe] {
        try await peer.send(
          AttackBytes.request(id, method, payload: payload, token: target.token)
        )
        let code = try await peer.status(on: id)
        #expect(code != .ok && code != .internal && code != .unknown, "\(method): \(code)")
        id += 2
      }
      try await target.serveBystander()
    }
    let growth = target.facts.peakBytes - before
    #expect(growth < Self.memoryMax, "\(growth) bytes more")
    await peer.close()
    #expect(await target.close() == 0)
  }

  private static func bytes(_ bytes: [UInt8]) -> ByteBuffer { ByteBuffer(bytes: bytes) }

  /// As often as fits into a frame, with room for an envelope. Doubled, because a million small
  /// writes keep the thread for longer than a connection may stay silent.
  private static func repeated(_ unit: [UInt8]) -> ByteBuffer {
    var buffer = bytes(unit)
    let length = (FrameHeader.dataLengthMax - 2048) / unit.count * unit.count
    while buffer.readableBytes < length {
      let rest = length - buffer.readableBytes
      let copy = buffer.readableBytesView.prefix(rest)
      buffer.writeImmutableBuffer(ByteBuffer(copy))
    }
    return buffer
  }

  /// A Request with that service name.
  private static func named(_ name: ByteBuffer) -> ByteBuffer {
    var buffer = bytes([0x0a])
    var length = name.readableBytes
    while length > 0x7f {
      buffer.writeInteger(UInt8(length & 0x7f) | 0x80)
      length >>= 7
    }
    buffer.writeInteger(UInt8(length))
    buffer.writeImmutableBuffer(name)
    return buffer
  }
}
