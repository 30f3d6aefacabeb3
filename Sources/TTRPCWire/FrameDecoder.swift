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

  /// `Output` without the data, which `unsafeData` and `data` give.
  @frozen
  public enum Step: Equatable, Sendable {
    case frame(FrameHeader)
    case oversized(FrameHeader)
    case foreignProtocol
    case needsMoreBytes
  }

  /// What the buffer may keep allocated beyond a use for it, in bytes: more than one read.
  private static let spareStorageMax = 128 << 10

  private var buffer = ByteBuffer()
  /// Bytes of data at the reader index that belong to the frame that was found last.
  private var currentLength = 0
  private var bytesToSkip = 0
  private let dataLengthMax: Int

  /// - Parameter dataLengthMax: bytes of data accepted in a frame, 0 to 4 MiB.
  public init(dataLengthMax: Int = FrameHeader.dataLengthMax) {
    self.dataLengthMax = min(max(0, dataLengthMax), FrameHeader.dataLengthMax)
  }

  /// Whether a frame has begun and is not complete.
  public var isInsideFrame: Bool { bytesToSkip > 0 || bufferedBytes > 0 }

  /// Bytes held for the incomplete frame.
  public var bufferedBytes: Int { buffer.readableBytes - currentLength }

  /// Bytes of memory that it keeps allocated, used or not.
  public var storageBytes: Int { buffer.storageCapacity }

  /// Takes in what was read from the connection.
  public mutating func append(_ incoming: consuming ByteBuffer) {
    buffer.moveReaderIndex(forwardBy: currentLength)
    currentLength = 0
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
    switch advance() {
    case .frame(let header): .frame(header, data: data)
    case .oversized(let header): .oversized(header)
    case .foreignProtocol: .foreignProtocol
    case .needsMoreBytes: .needsMoreBytes
    }
  }

  /// Goes on to the next frame, whose data stays where it was received. Call until it says that it
  /// needs more bytes.
  ///
  /// Measured, this takes half as many instructions as `next`, which makes a buffer of each frame.
  public mutating func advance() -> Step {
    buffer.moveReaderIndex(forwardBy: currentLength)
    currentLength = 0
    guard buffer.readableBytes > 0 else { return wait() }
    let (firstByte, header) = buffer.withUnsafeReadableBytes { bytes in
      (bytes[0], FrameHeader(decoding: bytes))
    }
    if firstByte != 0 { return .foreignProtocol }
    guard let header else { return wait() }
    if header.dataLength > dataLengthMax { return skip(header) }
    guard buffer.readableBytes >= FrameHeader.length + header.dataLength else { return wait() }
    buffer.moveReaderIndex(forwardBy: FrameHeader.length)
    currentLength = header.dataLength
    return .frame(header)
  }

  /// The data of the frame that `advance` found, where it was received.
  ///
  /// Valid until the decoder is changed. Not a closure, for within one the decoder would have to be
  /// copied or locked while the frame is handled.
  public var unsafeData: UnsafeRawBufferPointer {
    buffer.withUnsafeReadableBytes {
      UnsafeRawBufferPointer(start: $0.baseAddress, count: currentLength)
    }
  }

  /// The data of the frame that `advance` found, to be kept.
  public var data: ByteBuffer {
    buffer.getSlice(at: buffer.readerIndex, length: currentLength) ?? ByteBuffer()
  }

  /// Gives memory back before the connection falls silent, perhaps for hours: the last read when
  /// all of it has been parsed, and what a large frame needed when a small one follows.
  private mutating func wait() -> Step {
    if buffer.readableBytes == 0 {
      buffer = ByteBuffer()
    } else if buffer.storageCapacity > max(Self.spareStorageMax, 8 * buffer.readableBytes) {
      buffer = ByteBuffer(bytes: buffer.readableBytesView)
    }
    return .needsMoreBytes
  }

  private mutating func skip(_ header: FrameHeader) -> Step {
    buffer.moveReaderIndex(forwardBy: FrameHeader.length)
    let here = min(buffer.readableBytes, header.dataLength)
    buffer.moveReaderIndex(forwardBy: here)
    bytesToSkip = header.dataLength - here
    return .oversized(header)
  }
}
