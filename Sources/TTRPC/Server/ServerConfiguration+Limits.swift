import NIOCore
import TTRPCWire

extension ServerConfiguration {
  /// The value of a limit by its name: a number, bytes, or milliseconds where its name ends in `-ms`.
  ///
  /// Setting cuts to `range(of:)`.
  public subscript(limit: ServerLimit) -> Int {
    get {
      switch Self.place(of: limit) {
      case .number(let path): self[keyPath: path]
      case .time(let path): Int(self[keyPath: path].nanoseconds / 1_000_000)
      }
    }
    set {
      let range = Self.range(of: limit)
      let value = min(max(newValue, range.lowerBound), range.upperBound)
      switch Self.place(of: limit) {
      case .number(let path): self[keyPath: path] = value
      case .time(let path): self[keyPath: path] = .milliseconds(Int64(value))
      }
    }
  }

  /// The values that a limit may have.
  public static func range(of limit: ServerLimit) -> ClosedRange<Int> {
    switch limit {
    case .frameBytes: 1...FrameHeader.dataLengthMax
    case .initialWindow: 1...SendWindow.creditMax
    case .cancelsPerSecond, .pingsPerSecond, .emptyFrames, .violationsPerConnection,
      .opensPerSecond, .abandonedOpensPerSecond:
      0...1_000_000
    case .decodingFactor: 1...1_000
    case .decodingBytes: 1_024...Int(Int32.max)
    case .skippedBytes: 0...(1 << 40)
    default: limit.isTime ? 1...oneYear : 1...Int(Int32.max)
    }
  }

  private static let oneYear = 365 * 24 * 60 * 60 * 1000

  private enum Place {
    case number(WritableKeyPath<ServerConfiguration, Int>)
    case time(WritableKeyPath<ServerConfiguration, TimeAmount>)
  }

  private static func place(of limit: ServerLimit) -> Place {
    switch limit {
    case .frameBytes: .number(\.frameDataLengthMax)
    case .metadataEntries: .number(\.metadataEntriesMax)
    case .metadataBytes: .number(\.metadataBytesMax)
    case .handlersPerConnection: .number(\.handlersPerConnectionMax)
    case .deadline: .time(\.deadlineMax)
    case .decodingFactor: .number(\.decodingFactor)
    case .decodingBytes: .number(\.decodingBytes)
    case .opensPerSecond: .number(\.opensPerSecond)
    case .abandonedOpensPerSecond: .number(\.abandonedOpensPerSecond)
    case .violationsPerConnection: .number(\.violationsPerConnectionMax)
    case .automaticAnswers: .number(\.automaticAnswersMax)
    case .emptyFrames: .number(\.emptyFramesMax)
    case .skippedBytes: .number(\.skippedBytesMax)
    case .cancelBurst: .number(\.cancelBurst)
    case .cancelsPerSecond: .number(\.cancelsPerSecond)
    case .pingBurst: .number(\.pingBurst)
    case .pingsPerSecond: .number(\.pingsPerSecond)
    case .frameTimeout: .time(\.frameTimeout)
    case .firstCallTimeout: .time(\.firstCallTimeout)
    case .handshakeTimeout: .time(\.handshakeTimeout)
    case .unreadTimeout: .time(\.unreadTimeout)
    case .idleTimeout: .time(\.idleTimeout)
    case .stallTimeout: .time(\.stallTimeout)
    case .keepaliveInterval: .time(\.keepaliveInterval)
    case .keepaliveTimeout: .time(\.keepaliveTimeout)
    case .initialWindow: .number(\.initialWindow)
    case .inboundBytesPerStream: .number(\.streamInboundBytesMax)
    case .inboundBytesPerConnection: .number(\.inboundBytesMax)
    case .outboundBytesPerStream: .number(\.streamBytesMax)
    case .outboundHighWatermark: .number(\.outboundHighWatermark)
    case .outboundBytesPerConnection: .number(\.outboundBytesMax)
    case .connections: .number(\.connectionsMax)
    case .connectionsPerAddress: .number(\.connectionsPerAddressMax)
    case .connectionsPerAddressPerSecond: .number(\.connectionsPerAddressPerSecond)
    case .connectionsPerUser: .number(\.connectionsPerUserMax)
    }
  }
}

extension ServerLimit {
  /// Whether the value is a time in milliseconds.
  public var isTime: Bool { rawValue.hasSuffix("-ms") }
}
