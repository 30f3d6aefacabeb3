import NIOCore

/// The fields of a small protobuf message, read without any of our decoders.
struct ProtobufFields {
  private var numbers: [UInt64: UInt64] = [:]
  private var strings: [UInt64: ByteBuffer] = [:]

  init(_ message: ByteBuffer) {
    var message = message
    while let tag = message.readVarint() {
      if tag & 7 == 0 {
        numbers[tag >> 3] = message.readVarint()
      } else {
        strings[tag >> 3] = message.readVarint().flatMap { message.readSlice(length: Int($0)) }
      }
    }
  }

  func number(_ field: UInt64) -> UInt64? { numbers[field] }
  func bytes(_ field: UInt64) -> ByteBuffer? { strings[field] }
}

extension ByteBuffer {
  fileprivate mutating func readVarint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte: UInt8 = readInteger() {
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }

  mutating func writeVarint(_ value: UInt64) {
    var value = value
    while value > 0x7f {
      writeInteger(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    writeInteger(UInt8(value))
  }

  mutating func writeField(_ number: UInt64, _ bytes: ByteBuffer) {
    writeVarint(number << 3 | 2)
    writeVarint(UInt64(bytes.readableBytes))
    writeImmutableBuffer(bytes)
  }
}
