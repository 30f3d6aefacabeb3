/// The cases of gRPC's interop suite that make sense over ttrpc, under its names, and those that
/// replace what it does with HTTP/2.
public enum InteropCase: String, CaseIterable, Sendable {
  // As gRPC has them.
  case emptyUnary = "empty_unary"
  case largeUnary = "large_unary"
  case clientStreaming = "client_streaming"
  case serverStreaming = "server_streaming"
  case pingPong = "ping_pong"
  case emptyStream = "empty_stream"
  case customMetadata = "custom_metadata"
  case statusCodeAndMessage = "status_code_and_message"
  case specialStatusMessage = "special_status_message"
  case unimplementedMethod = "unimplemented_method"
  case unimplementedService = "unimplemented_service"
  case timeoutOnSleepingServer = "timeout_on_sleeping_server"
  case concurrentLargeUnary = "concurrent_large_unary"
  case rpcSoak = "rpc_soak"
  case channelSoak = "channel_soak"

  // Adapted to ttrpc.
  case cancelAfterBegin = "cancel_after_begin"
  case cancelAfterFirstResponse = "cancel_after_first_response"
  case perRPCCredentials = "per_rpc_creds"
  case streamLimit = "stream_limit"
  case keepalive = "keepalive"
  /// The last one: the server is gone after it.
  case gracefulShutdown = "graceful_shutdown"
}
