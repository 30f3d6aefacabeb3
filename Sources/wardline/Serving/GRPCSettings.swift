import Configuration
import GRPCTransport
import ProtobufC
import TTRPC

/// The settings `grpc.…`: where gRPC is spoken. Its limits are those of every server.
struct GRPCSettings: Sendable {
  /// Where a development server listens that was not told where to listen for anything.
  static let defaultAddress = ServiceAddress.tcp(host: "127.0.0.1", port: 7350)
  private static let nowhere = "none"

  var listen: [ServiceAddress]

  /// - Parameter byDefault: whether gRPC is spoken when nobody says where.
  /// - Throws: `SettingError` for an address that is none.
  init(_ overrides: [String], _ config: ConfigReader, byDefault: Bool) throws(SettingError) {
    let fallback = byDefault ? Self.defaultAddress.description : Self.nowhere
    let texts =
      overrides.isEmpty
      ? config.stringArray(forKey: "grpc.listen", default: [fallback]) : overrides
    listen = []
    for text in texts where text != Self.nowhere { listen.append(try Self.address(text)) }
  }

  private static func address(_ text: String) throws(SettingError) -> ServiceAddress {
    guard let address = ServiceAddress(text) else {
      throw SettingError("\(text) is not an address: use HOST:PORT or tls://HOST:PORT")
    }
    if case .unix = address {
      throw SettingError("\(address): gRPC is not spoken on Unix sockets; use 127.0.0.1:PORT")
    }
    return address
  }
}

extension GRPCConfiguration {
  /// The limits of a server, as far as gRPC has them.
  init(_ limits: ServerConfiguration) {
    self.init()
    messageLengthMax = limits.frameDataLengthMax
    metadataEntriesMax = limits.metadataEntriesMax
    metadataBytesMax = limits.metadataBytesMax
    callsPerConnectionMax = limits.handlersPerConnectionMax
    deadlineMax = limits.deadlineMax
    decodingBudget.perInputByte = limits.decodingFactor
    decodingBudget.fixedBytes = limits.decodingBytes
    cancelBurst = limits.cancelBurst
    cancelsPerSecond = limits.cancelsPerSecond
    pingBurst = limits.pingBurst
    pingsPerSecond = limits.pingsPerSecond
    firstCallTimeout = limits.firstCallTimeout
    handshakeTimeout = limits.handshakeTimeout
    unreadTimeout = limits.unreadTimeout
    idleTimeout = limits.idleTimeout
    keepaliveInterval = limits.keepaliveInterval
    keepaliveTimeout = limits.keepaliveTimeout
    streamWindow = limits.streamInboundBytesMax
    inboundBytesMax = limits.inboundBytesMax
    streamBytesMax = limits.streamBytesMax
    outboundHighWatermark = limits.outboundHighWatermark
    outboundBytesMax = limits.outboundBytesMax
    connectionsMax = limits.connectionsMax
    connectionsPerAddressMax = limits.connectionsPerAddressMax
    connectionsPerAddressPerSecond = limits.connectionsPerAddressPerSecond
    connectionsPerUserMax = limits.connectionsPerUserMax
    perAddressLimitsIncludeLoopback = limits.perAddressLimitsIncludeLoopback
  }
}
