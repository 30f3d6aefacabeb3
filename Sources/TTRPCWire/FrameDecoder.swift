public import NIOCore

/// Turns the bytes of a connection into frames.
///
/// It holds at most one incomplete frame. The data of a frame that is longer than the limit is
/// skipped as it arrives and never buffered.
public struct FrameDecoder: Sendable {
  /// What the bytes so far amount to.
  public enum Output: Equatable, Sendable {
    case frame(FrameHeader, data: ByteBuffer)
    /// A frame over the limit; its data will be skipped.
    case oversized(FrameHeader)
    /// The first byte of a header is not 0, so this is not ttrpc. Nothing follows.
    case foreignProtocol
    case needsMoreBytes
  }

  /// What the buffer may keep allocated beyond a use for it, in bytes: more than one read.
  private static let spareStorageMax = 128 << 10

  private var buffer = ByteBuffer()
  private var bytesToSkip = 0
  private let dataLengthMax: Int

  /// - Parameter dataLengthMax: bytes of data accepted in a frame, 0 to 4 MiB.
  public init(dataLengthMax: Int = FrameHeader.dataLengthMax) {
    self.dataLengthMax = min(max(0, dataLengthMax), FrameHeader.dataLengthMax)
  }

  /// Whether a frame has begun and is not complete.
  public var isInsideFrame: Bool { bytesToSkip > 0 || buffer.readableBytes > 0 }

  /// Bytes held for the incomplete frame.
  public var bufferedBytes: Int { buffer.readableBytes }

  /// Bytes of memory that it keeps allocated, used or not.
  public var storageBytes: Int { buffer.storageCapacity }

  /// Takes in what was read from the connection.
  public mutating func append(_ incoming: consuming ByteBuffer) {
    if bytesToSkip > 0 {
      let skipped = min(bytesToSkip, incoming.readableBytes)
      incoming.moveReaderIndex(forwardBy: skipped)
      bytesToSkip -= skipped
    }
    if buffer.readableBytes == 0 {
      buffer = incoming
    } else {
      // Else what was read before would be kept for as long as frames straddle reads.
      buffer.discardReadBytes()
      buffer.writeBuffer(&incoming)
    }
  }

  /// The next frame. Call until it says that it needs more bytes.
  public mutating func next() -> Output {
    guard let firstByte: UInt8 = buffer.getInteger(at: buffer.readerIndex) else {
      return wait()
    }
    if firstByte != 0 { return .foreignProtocol }
    guard let header = buffer.peekFrameHeader() else { return wait() }
    if header.dataLength > dataLengthMax { return skip(header) }
    let end = FrameHeader.length + header.dataLength
    guard buffer.readableBytes >= end else { return wait() }
    buffer.moveReaderIndex(forwardBy: FrameHeader.length)
    guard let data = buffer.readSlice(length: header.dataLength) else { return .needsMoreBytes }
    return .frame(header, data: data)
  }

  /// Gives memory back before the connection falls silent, perhaps for hours: the last read when
  /// all of it has been parsed, and what a large frame needed when a small one follows.
  private mutating func wait() -> Output {
    if buffer.readableBytes == 0 {
      buffer = ByteBuffer()
    } else if buffer.storageCapacity > max(Self.spareStorageMax, 8 * buffer.readableBytes) {
      buffer = ByteBuffer(bytes: buffer.readableBytesView)
    }
    return .needsMoreBytes
  }

  private mutating func skip(_ header: FrameHeader) -> Output {
    buffer.moveReaderIndex(forwardBy: FrameHeader.length)
    let here = min(buffer.readableBytes, header.dataLength)
    buffer.moveReaderIndex(forwardBy: here)
    bytesToSkip = header.dataLength - here
    return .oversized(header)
  }
}
