import NIOCore
import ProtobufC
import TTRPCWire

// How much memory one connection can hold at the most, which follows from the limits.
extension ServerConfiguration {
  /// The memory that the server holds for one connection at the most, in bytes, whatever the peer
  /// does. What handlers allocate for themselves comes on top.
  ///
  /// docs/operations.md explains the sum.
  public var connectionMemoryMax: Int {
    let parts = [incompleteFrameMax, waitingMessagesMax, answersMax, callsMax, decodingMax]
    return parts.reduce(Self.fixedBytes) { sum, part in
      let (result, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : result
    }
  }

  /// One frame that is not complete, with what was read behind it. A buffer grows in powers of two.
  private var incompleteFrameMax: Int {
    Self.capacity(FrameHeader.length + frameDataLengthMax + Self.readsBytesMax)
  }

  /// Messages that wait for handlers: as many as may, and the one that was one too many. Each may
  /// keep as much memory again as it has bytes.
  private var waitingMessagesMax: Int {
    2 * (inboundBytesMax + frameDataLengthMax + InboundFlow.messageCost)
  }

  /// Answers in the channel and those that wait for grants: together as many as may, each write with
  /// as much memory again as it has bytes, and something for each write. On top the one write that
  /// was too much, and what is being encoded.
  private var answersMax: Int {
    let answer = FrameHeader.length + FrameHeader.dataLengthMax
    let writes = outboundHighWatermark / FrameHeader.length * Self.writeBytes
    return 2 * outboundBytesMax + writes + Self.capacity(outboundHighWatermark + answer)
      + Self.capacity(answer)
  }

  /// Calls that run, with their metadata.
  private var callsMax: Int {
    let metadata = metadataBytesMax + metadataEntriesMax * Self.metadataEntryBytes
    let (bytes, overflow) = handlersPerConnectionMax.multipliedReportingOverflow(
      by: Self.callBytes + metadata
    )
    return overflow ? .max : bytes
  }

  /// A Request and the message in it while they are decoded; the loop's connections share this.
  private var decodingMax: Int {
    2 * decodingBudget.limit(forInputOf: frameDataLengthMax)
  }

  /// Bytes that wait for the peer from which on streams wait too. It is far less than a stream may
  /// have under way at once: a subscriber that does not read holds little, however many there are.
  var streamWatermark: Int { max(1, min(outboundHighWatermark, streamBytesMax / 16)) }

  var decodingBudget: DecodingBudget {
    DecodingBudget(perInputByte: decodingFactor, fixedBytes: decodingBytes)
  }

  private static func capacity(_ byteCount: Int) -> Int {
    var capacity = 1
    while capacity < byteCount { capacity *= 2 }
    return capacity
  }

  /// The most that is read before the server looks at it.
  static let readsBytesMax = readsMax * readBytesMax
  /// Reads in a row, and bytes of one.
  static let readsMax = 4
  static let readBytesMax = 256 << 10

  /// What the engine keeps for a call: its stream, its task, its timer and its place in tables.
  static let callBytes = 8 << 10
  /// A write that the channel has not done, beside its bytes.
  static let writeBytes = 256
  /// An entry of metadata beside the bytes of its texts.
  static let metadataEntryBytes = 96
  /// The connection itself, its handlers and those of TLS.
  static let fixedBytes = 256 << 10
}

extension ServerConnection {
  /// The memory that the connection holds now, as the parts of `connectionMemoryMax` count it: what
  /// of it depends on the peer.
  var memoryBytes: Int {
    let inChannel = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
    let running = max(machine.runningHandlers, machine.openStreams)
    return decoder.storageBytes + backlog.waiting + ungrantedBytes + outbound.storageBytes
      + scratch.storageCapacity + (inChannel ?? 0)
      + running * ServerConfiguration.callBytes
  }
}
