import NIOCore
import RPC
import TTRPC
import TTRPCWire

extension FuzzTarget {
  /// The first byte says which message of the extensions the others are read as.
  static let extensions = FuzzTarget(name: "extensions", run: fuzzExtensions) {
    var goAway = ByteBuffer()
    GoAway(lastStreamID: StreamID(7), reason: "maintenance", retryAfter: .seconds(2))
      .encode(into: &goAway)
    var status = ByteBuffer()
    RPCError(.cancelled, "enough").encodeStatus(into: &status)
    let messages = [Negotiation(initialWindow: 1 << 18).encoded(), goAway, status, ByteBuffer()]
    return (0..<3).flatMap { kind in
      messages.map { [UInt8(kind)] + Array($0.readableBytesView) }
    }
  }
}

/// What is read is the same after it has been written and read again.
private func fuzzExtensions(_ bytes: UnsafeRawBufferPointer) throws {
  guard let kind = bytes.first else { return }
  let message = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  switch kind % 3 {
  case 0:
    guard let read = try? Negotiation(decoding: message) else { return }
    let again = try read.encoded().withUnsafeReadableBytes { try Negotiation(decoding: $0) }
    try promise(again == read, "a negotiation changes when it is written and read again")
  case 1:
    guard let read = try? GoAway(decoding: message) else { return }
    var written = ByteBuffer()
    read.encode(into: &written)
    let again = try written.withUnsafeReadableBytes { try GoAway(decoding: $0) }
    try promise(again == read, "a GoAway changes when it is written and read again")
  default:
    guard let read = try? RPCError(decodingStatus: message) else { return }
    var written = ByteBuffer()
    read.encodeStatus(into: &written)
    let again = try written.withUnsafeReadableBytes { try RPCError(decodingStatus: $0) }
    try promise(again == read, "a status changes when it is written and read again")
  }
}
