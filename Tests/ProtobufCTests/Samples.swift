import CProtobufC
import CTTRPCProto
import ProbeAPI
import ProtobufC
import WardlineAPI

/// The descriptors of the C structs that have no Swift struct.
enum Envelope {
  static let request: MessageDescriptor = {
    var message = Ttrpc__Request()
    ttrpc__request__init(&message)
    return MessageDescriptor(ofInitialized: &message)
  }()

  static let response: MessageDescriptor = {
    var message = Ttrpc__Response()
    ttrpc__response__init(&message)
    return MessageDescriptor(ofInitialized: &message)
  }()
}

/// Numbers that are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    self.state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Decodes with every type of the probe and the envelope; what comes out does not matter.
func decodeWithEveryType(_ bytes: [UInt8]) {
  func attempt<M: ProtobufMessage>(_ type: M.Type) {
    _ = try? M(decoding: bytes)
  }
  attempt(Scalars.self)
  attempt(Repeats.self)
  attempt(Maps.self)
  attempt(Outer.self)
  attempt(Choices.self)
  attempt(Presence.self)
  attempt(Record.self)
  attempt(Message.self)
  attempt(SubscribeResponse.self)
  for descriptor in [Envelope.request, Envelope.response] {
    try? unpack(descriptor, bytes) { _ in }
  }
}

/// A field with a length in front, whose number is below 16.
func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
  precondition(content.count < 16384)
  let length =
    content.count < 128
    ? [UInt8(content.count)] : [UInt8(content.count & 0x7f) | 0x80, UInt8(content.count >> 7)]
  return [number << 3 | 2] + length + content
}

/// Decodes into a C message for as long as `body` runs.
func unpack(
  _ descriptor: MessageDescriptor,
  _ bytes: [UInt8],
  _ body: (borrowing MessageReader) throws(ProtobufDecodingError) -> Void
) throws(ProtobufDecodingError) {
  try bytes.span.bytes.withUnsafeBytes { bytes throws(ProtobufDecodingError) in
    try descriptor.withUnpacked(bytes, body)
  }
}
