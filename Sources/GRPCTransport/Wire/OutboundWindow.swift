/// The windows of HTTP/2 into which a server writes: the connection's, and what a new stream begins
/// with. Does no I/O.
struct OutboundWindow: Equatable {
  /// Bytes that the connection still takes.
  private(set) var connection = Self.atFirst
  /// Bytes that each new stream takes.
  private(set) var initialStream = Self.atFirst
  /// The longest frame.
  private(set) var frameLengthMax = 16_384

  private static let atFirst = 65_535

  /// Bytes that may be written now on a stream.
  func room(stream window: Int) -> Int {
    max(0, min(connection, window, frameLengthMax))
  }

  mutating func wrote(_ byteCount: Int) { connection -= byteCount }
  mutating func granted(_ byteCount: Int) { connection += byteCount }

  /// The peer has changed what streams begin with.
  ///
  /// - Returns: what is to be added to the window of every stream, which may make it negative.
  mutating func initialStreamChanged(to byteCount: Int) -> Int {
    defer { initialStream = byteCount }
    return byteCount - initialStream
  }

  /// No frame is longer than this, whatever the peer takes: others wait for the end of it.
  mutating func frameLengthMaxChanged(to byteCount: Int) {
    frameLengthMax = min(byteCount, 16_384)
  }
}
