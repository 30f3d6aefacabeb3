import RPC
import TTRPCWire

// Who may write: as much as the peer has granted, and as much as the connection can take.
extension ServerConnection {
  /// Whether the connection can take more.
  private var hasRoom: Bool {
    isWritable && !isTurnFull && outbound.byteCount < shared.configuration.streamBytesMax
  }

  /// Whether a stream may write more.
  func hasCredit(_ stream: ServerStream) -> Bool {
    hasRoom && stream.outbound?.hasCredit != false
  }

  /// Notes a stream that is to be told when there is credit again.
  func awaitCredit(_ stream: ServerStream) {
    guard !stream.isStarved else { return }
    stream.isStarved = true
    starved.append(stream)
    flushSoon()
  }

  /// Tells the streams that were told to wait and may go on.
  func returnCredit() {
    guard hasRoom, !starved.isEmpty else { return }
    let streams = starved
    starved = []
    for stream in streams where stream.isOpen {
      if hasCredit(stream) {
        stream.creditReturned()
      } else {
        starved.append(stream)
      }
    }
  }

  /// The client takes more on a stream.
  func windowUpdated(_ stream: ServerStream, by byteCount: Int) {
    guard stream.outbound != nil else { return }
    let waited = stream.outbound?.waitingBytes ?? 0
    stream.outbound?.granted(byteCount)
    while let payload = stream.outbound?.next() {
      outbound.writeData(stream.id, payload: payload)
    }
    ungrantedBytes -= waited - (stream.outbound?.waitingBytes ?? 0)
    guard stream.outbound?.isEmpty == true else { return }
    if let ending = stream.ending { return perform(ending, of: stream) }
    if stream.isStarved && hasCredit(stream) {
      starved.removeAll { $0 === stream }
      stream.creditReturned()
    }
  }
}
