public import NIOCore

/// What a frame is. Types that are not known keep their number.
public struct FrameType: Sendable, Hashable, RawRepresentable {
  public var rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Opens a stream; the data is a `Request`.
  @inlinable public static var request: FrameType { FrameType(rawValue: 1) }
  /// Ends a stream; the data is a `Response`.
  @inlinable public static var response: FrameType { FrameType(rawValue: 2) }
  /// One message of a stream.
  @inlinable public static var data: FrameType { FrameType(rawValue: 3) }

  // Extensions, which are sent only on a connection where both sides have agreed on them.

  /// More bytes of stream data are welcome; the data is their number, a big-endian `UInt32`.
  @inlinable public static var windowUpdate: FrameType { FrameType(rawValue: 0x10) }
  /// The sender has given up on the stream; the data is a `google.rpc.Status`.
  @inlinable public static var cancel: FrameType { FrameType(rawValue: 0x11) }
  /// A question whether the peer is there, or the answer to one: eight bytes that come back.
  @inlinable public static var ping: FrameType { FrameType(rawValue: 0x12) }
  /// The connection will be closed; the data is a `GoAway`.
  @inlinable public static var goAway: FrameType { FrameType(rawValue: 0x13) }
}

/// The flags of a frame, with the names of ttrpc's PROTOCOL.md.
public struct FrameFlags: OptionSet, Sendable, Hashable {
  public var rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The sender of the frame sends nothing more on this stream.
  @inlinable public static var remoteClosed: FrameFlags { FrameFlags(rawValue: 0x01) }
  /// The sender of a Request will send Data after it.
  @inlinable public static var remoteOpen: FrameFlags { FrameFlags(rawValue: 0x02) }
  /// A Data frame that carries no message, not even an empty one.
  @inlinable public static var noData: FrameFlags { FrameFlags(rawValue: 0x04) }
  /// A Ping that answers one.
  @inlinable public static var acknowledgement: FrameFlags { FrameFlags(rawValue: 0x01) }
}

/// The ten bytes before the data of a frame.
///
///     0        4        8    9    10
///     +--------+--------+----+----+
///     | length | stream |type|flag|
///     +--------+--------+----+----+
///       u32 BE   u32 BE   u8   u8
public struct FrameHeader: Sendable, Hashable {
  /// Bytes on the wire.
  @inlinable public static var length: Int { 10 }
  /// The most bytes of data that a frame may carry (PROTOCOL.md): 4 MiB.
  @inlinable public static var dataLengthMax: Int { 4 << 20 }

  /// Bytes of data after the header.
  public var dataLength: Int
  public var streamID: StreamID
  public var type: FrameType
  public var flags: FrameFlags

  @inlinable
  public init(dataLength: Int, streamID: StreamID, type: FrameType, flags: FrameFlags = []) {
    self.dataLength = dataLength
    self.streamID = streamID
    self.type = type
    self.flags = flags
  }
}

extension ByteBuffer {
  /// Appends the ten bytes of a header.
  @inlinable
  public mutating func writeFrameHeader(_ header: FrameHeader) {
    setFrameHeader(header, at: writerIndex)
    moveWriterIndex(forwardBy: FrameHeader.length)
  }

  /// Writes the ten bytes over what stands at that index.
  @inlinable
  public mutating func setFrameHeader(_ header: FrameHeader, at index: Int) {
    let lengthAndStream =
      UInt64(UInt32(truncatingIfNeeded: header.dataLength)) << 32 | UInt64(header.streamID.rawValue)
    let typeAndFlags = UInt16(header.type.rawValue) << 8 | UInt16(header.flags.rawValue)
    setInteger(lengthAndStream, at: index)
    setInteger(typeAndFlags, at: index + 8)
  }
}

extension FrameHeader {
  /// Reads the header that bytes begin with; nil when ten are not there yet.
  @inlinable
  init?(decoding bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= FrameHeader.length else { return nil }
    let lengthAndStream = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    self.init(
      dataLength: Int(lengthAndStream >> 32),
      streamID: StreamID(UInt32(truncatingIfNeeded: lengthAndStream)),
      type: FrameType(rawValue: bytes[8]),
      flags: FrameFlags(rawValue: bytes[9])
    )
  }

  /// Writes the ten bytes to the start of `bytes`, which has room for them.
  @inlinable
  public func encode(to bytes: UnsafeMutableRawPointer) {
    let lengthAndStream =
      UInt64(UInt32(truncatingIfNeeded: dataLength)) << 32 | UInt64(streamID.rawValue)
    bytes.storeBytes(of: lengthAndStream.bigEndian, as: UInt64.self)
    bytes.storeBytes(of: type.rawValue, toByteOffset: 8, as: UInt8.self)
    bytes.storeBytes(of: flags.rawValue, toByteOffset: 9, as: UInt8.self)
  }
}
