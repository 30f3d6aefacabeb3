import ServerEngine

/// The limits of a gRPC server that a peer can run into, by the names that ttrpc's have in settings
/// and metrics.
enum GRPCLimit: String, Sendable, Hashable, CaseIterable, ListenerLimit {
  case messageBytes = "frame-bytes"
  case metadata = "metadata-bytes"
  case calls = "handlers-per-connection"
  case deadline = "deadline-ms"
  case pings = "pings-per-second"
  case firstCallTimeout = "first-call-timeout-ms"
  case handshakeTimeout = "handshake-timeout-ms"
  case unreadTimeout = "unread-timeout-ms"
  case idleTimeout = "idle-timeout-ms"
  case keepaliveTimeout = "keepalive-timeout-ms"
  case inboundBytes = "inbound-bytes-per-connection"
  case streamBytes = "outbound-bytes-per-stream"
  case outboundHighWatermark = "outbound-high-watermark"
  case outboundBytes = "outbound-bytes-per-connection"
  case connections = "connections"
  case connectionsPerAddress = "connections-per-address"
  case connectionsPerAddressPerSecond = "connections-per-address-per-second"
  case connectionsPerUser = "connections-per-user"
}
