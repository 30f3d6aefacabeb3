import Configuration
import NIOCore
import TTRPC
import WardlineGateway

/// The settings `http.…`: where the chat is spoken over HTTP, and how much is accepted there.
struct HTTPSettings: Sendable {
  /// Where a development server listens that was not told where to listen for anything.
  static let defaultAddress = ServiceAddress.tcp(host: "127.0.0.1", port: 7380)
  private static let nowhere = "none"

  var listen: [ServiceAddress]
  var gateway = GatewaySettings()

  /// - Parameter byDefault: whether HTTP is spoken when nobody says where.
  /// - Throws: `SettingError` for an address that is none, and a number out of its range.
  init(_ overrides: [String], _ config: ConfigReader, byDefault: Bool) throws(SettingError) {
    let config = config.scoped(to: "http")
    let fallback = byDefault ? Self.defaultAddress.description : Self.nowhere
    let texts =
      overrides.isEmpty
      ? config.stringArray(forKey: "listen", default: [fallback]) : overrides
    listen = []
    for text in texts where text != Self.nowhere { listen.append(try Self.address(text)) }
    try Self.read(config, "connections", 1...1_000_000, into: &gateway.connectionsMax)
    try Self.read(
      config,
      "connections-per-address",
      1...1_000_000,
      into: &gateway.connectionsPerAddressMax
    )
    try Self.read(
      config,
      "connections-per-address-per-second",
      1...1_000_000,
      into: &gateway.connectionsPerAddressPerSecond
    )
    try Self.read(
      config,
      "event-streams-per-user",
      1...1_000_000,
      into: &gateway.eventStreamsPerUserMax
    )
    try Self.read(config, "header-bytes", 1024...(1 << 20), into: &gateway.headerBytesMax)
    try Self.read(config, "body-bytes", 1024...(16 << 20), into: &gateway.bodyBytesMax)
    var idleSeconds = 60
    try Self.read(config, "idle-seconds", 1...86_400, into: &idleSeconds)
    gateway.idleTimeout = .seconds(Int64(idleSeconds))
    try Self.read(
      config,
      "body-bytes-per-second",
      0...(1 << 20),
      into: &gateway.bodyBytesPerSecondMin
    )
    var unreadSeconds = 120
    try Self.read(config, "unread-seconds", 1...86_400, into: &unreadSeconds)
    gateway.unreadTimeout = .seconds(Int64(unreadSeconds))
    var heartbeatSeconds = 15
    try Self.read(config, "heartbeat-seconds", 1...300, into: &heartbeatSeconds)
    gateway.heartbeatInterval = .seconds(Int64(heartbeatSeconds))
  }

  private static func address(_ text: String) throws(SettingError) -> ServiceAddress {
    guard let address = ServiceAddress(text) else {
      throw SettingError("\(text) is not an address: use HOST:PORT or tls://HOST:PORT")
    }
    if case .unix = address {
      throw SettingError("\(address): HTTP is not spoken on Unix sockets; use 127.0.0.1:PORT")
    }
    return address
  }

  private static func read(
    _ config: ConfigReader,
    _ name: String,
    _ range: ClosedRange<Int>,
    into value: inout Int
  ) throws(SettingError) {
    if let number = try config.number(name, in: range, group: "http.") { value = number }
  }
}
