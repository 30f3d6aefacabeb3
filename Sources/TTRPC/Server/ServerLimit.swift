/// The limits of a server. The raw value is the name of the limit everywhere: in settings as
/// `limits.NAME`, in metrics as the label `limit="NAME"`, and in the documentation.
public enum ServerLimit: String, Sendable, Hashable, CaseIterable {
  case frameBytes = "frame-bytes"
  case metadataEntries = "metadata-entries"
  case metadataBytes = "metadata-bytes"
  case handlersPerConnection = "handlers-per-connection"
  case deadline = "deadline-ms"
  case decodingFactor = "decoding-factor"
  case decodingBytes = "decoding-bytes"

  case opensPerSecond = "opens-per-second"
  case abandonedOpensPerSecond = "abandoned-opens-per-second"

  case violationsPerConnection = "violations-per-connection"
  case automaticAnswers = "automatic-answers"
  case emptyFrames = "empty-frames"
  case skippedBytes = "skipped-bytes"
  case cancelBurst = "cancel-burst"
  case cancelsPerSecond = "cancels-per-second"
  case pingBurst = "ping-burst"
  case pingsPerSecond = "pings-per-second"

  case frameTimeout = "frame-timeout-ms"
  case firstCallTimeout = "first-call-timeout-ms"
  case handshakeTimeout = "handshake-timeout-ms"
  case unreadTimeout = "unread-timeout-ms"
  case idleTimeout = "idle-timeout-ms"
  case stallTimeout = "stall-timeout-ms"
  case keepaliveInterval = "keepalive-interval-ms"
  case keepaliveTimeout = "keepalive-timeout-ms"

  case initialWindow = "initial-window"
  case inboundBytesPerStream = "inbound-bytes-per-stream"
  case inboundBytesPerConnection = "inbound-bytes-per-connection"
  case outboundBytesPerStream = "outbound-bytes-per-stream"
  case outboundHighWatermark = "outbound-high-watermark"
  case outboundBytesPerConnection = "outbound-bytes-per-connection"

  case connections = "connections"
  case connectionsPerAddress = "connections-per-address"
  case connectionsPerAddressPerSecond = "connections-per-address-per-second"
  case connectionsPerUser = "connections-per-user"
}
