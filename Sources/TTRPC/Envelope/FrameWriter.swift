internal import CTTRPCProto
package import NIOCore
import ProtobufC
package import RPC
package import TTRPCWire

/// Collects the frames of one write.
package struct FrameWriter {
  private var buffer = ByteBuffer()
  /// What was taken may still be in the channel's hands. Cleared at the next write, when it no
  /// longer is, the memory is used again instead of being allocated anew.
  private var isTaken = false
  private var frameCount = 0

  package init() {}

  /// Bytes that wait to be taken.
  var byteCount: Int { isTaken ? 0 : buffer.readableBytes }

  /// Bytes of memory that it keeps allocated, used or not.
  var storageBytes: Int { isTaken ? 0 : buffer.storageCapacity }

  /// The frames so far; nil when there are none.
  package mutating func take() -> ByteBuffer? {
    if byteCount == 0 { return nil }
    if buffer.capacity > Self.keptCapacity {
      defer { buffer = ByteBuffer() }
      return buffer
    }
    isTaken = true
    return buffer
  }

  /// How many frames have been written since this was last asked.
  mutating func takeFrameCount() -> Int {
    defer { frameCount = 0 }
    return frameCount
  }

  private mutating func prepare() {
    guard isTaken else { return }
    isTaken = false
    // What the peer has not taken yet keeps its memory, so it must not be more than it needs.
    if buffer.modifyIfUniquelyOwned({ $0.clear() }) == nil { buffer = ByteBuffer() }
  }

  /// Writes a frame whose data `body` appends.
  mutating func writeFrame(
    _ id: StreamID,
    _ type: FrameType,
    _ flags: FrameFlags = [],
    _ body: (inout ByteBuffer) -> Void
  ) {
    prepare()
    frameCount += 1
    let start = buffer.writerIndex
    buffer.reserveCapacity(minimumWritableBytes: FrameHeader.length)
    buffer.moveWriterIndex(forwardBy: FrameHeader.length)
    body(&buffer)
    let length = buffer.writerIndex - start - FrameHeader.length
    buffer.setFrameHeader(
      FrameHeader(dataLength: length, streamID: id, type: type, flags: flags),
      at: start
    )
  }

  /// Ends a call with its message.
  package mutating func writeResponse(_ id: StreamID, payload: ByteBuffer) {
    payload.withUnsafeReadableBytes { writeResponse(id, payload: $0) }
  }

  /// The same, with one reservation for header and envelope: this is what nearly every call writes,
  /// and field by field it took twice the instructions.
  mutating func writeResponse(_ id: StreamID, payload: UnsafeRawBufferPointer) {
    prepare()
    frameCount += 1
    var response = Ttrpc__Response()
    ttrpc__response__init(&response)
    response.payload = ProtobufCBinaryData(borrowing: payload)
    buffer.append(
      reserving: FrameHeader.length + Self.responseOverhead + payload.count
    ) { target in
      let length = packedLength(of: &response, to: target + FrameHeader.length)
      FrameHeader(dataLength: length, streamID: id, type: .response).encode(to: target)
      return FrameHeader.length + length
    }
  }

  /// Bytes that the envelope of an answer may take: a tag and a length.
  private static let responseOverhead = 6

  /// Ends a call with an error.
  package mutating func writeResponse(_ id: StreamID, error: RPCError) {
    writeFrame(id, .response) { buffer in
      error.message.withUTF8CString { text in
        var status = Google__Rpc__Status()
        google__rpc__status__init(&status)
        status.code = error.code.rawValue
        status.message = text
        withUnsafeMutablePointer(to: &status) { status in
          var response = Ttrpc__Response()
          ttrpc__response__init(&response)
          response.status = status
          _ = buffer.writePackedMessage(&response)
        }
      }
    }
  }

  /// One message of a stream, or with `noData` only its end.
  ///
  /// Copied with one reservation, for this is what a publication does for each subscriber: through
  /// the buffer's own functions it took three times the instructions.
  package mutating func writeData(_ id: StreamID, payload: ByteBuffer, flags: FrameFlags = []) {
    prepare()
    frameCount += 1
    payload.withUnsafeReadableBytes { bytes in
      let header = FrameHeader(dataLength: bytes.count, streamID: id, type: .data, flags: flags)
      buffer.append(reserving: FrameHeader.length + bytes.count) { target in
        header.encode(to: target)
        if let start = bytes.baseAddress {
          (target + FrameHeader.length).copyMemory(from: start, byteCount: bytes.count)
        }
        return FrameHeader.length + bytes.count
      }
    }
  }

  /// Several messages of a stream.
  ///
  /// - Returns: how many bytes their frames have; nil when that is more than `lengthMax`, and nothing
  ///   was written.
  mutating func writeData(_ id: StreamID, payloads: [ByteBuffer], atMost lengthMax: Int) -> Int? {
    let length = payloads.reduce(0) { $0 + FrameHeader.length + $1.readableBytes }
    if length > lengthMax { return nil }
    prepare()
    frameCount += payloads.count
    return buffer.append(reserving: length) { target in
      var end = target
      for payload in payloads {
        payload.withUnsafeReadableBytes { bytes in
          FrameHeader(dataLength: bytes.count, streamID: id, type: .data).encode(to: end)
          end += FrameHeader.length
          if let start = bytes.baseAddress { end.copyMemory(from: start, byteCount: bytes.count) }
          end += bytes.count
        }
      }
      return length
    }
  }

  /// Opens a stream.
  package mutating func writeRequest(
    _ id: StreamID,
    _ method: MethodDescriptor,
    metadata: Metadata,
    timeoutNanoseconds: Int64,
    payload: ByteBuffer,
    flags: FrameFlags
  ) {
    writeFrame(id, .request, flags) { buffer in
      RequestWriter.write(
        into: &buffer,
        method,
        metadata: metadata,
        timeoutNanoseconds: timeoutNanoseconds,
        payload: payload
      )
    }
  }

  /// A buffer that one large answer made larger than this is not kept for the next ones.
  static let keptCapacity = 256 << 10
}
