public import PrometheusMetrics

/// Every metric of a server. docs/operations.md has the same list for readers, and a test compares.
public enum MetricCatalog {
  public static let descriptions = calls + connections + grpc + http + storage + process

  private static let calls = [
    MetricDescription("wardline_calls_started_total", "Calls that began, by method."),
    MetricDescription("wardline_calls_total", "Calls that ended, by method and status."),
    MetricDescription("wardline_calls_running", "Calls that have begun and not ended."),
    MetricDescription(
      "wardline_rate_limited_total",
      "Calls refused because their caller makes them too fast, by method."
    ),
    MetricDescription(
      "wardline_authentication_failures_total",
      "Proofs of who is calling that were not valid."
    ),
    MetricDescription(
      "wardline_authentication_limited_total",
      "Proofs that were not looked at, because too many of their address were not valid."
    ),
    MetricDescription(
      "wardline_call_seconds",
      "Time from the read that brought a call to the write of its end, by method.",
      buckets: PrometheusRegistry.durations
    ),
  ]

  private static let connections = [
    MetricDescription("wardline_connections", "Connections that are open."),
    MetricDescription("wardline_connections_total", "Connections that were accepted."),
    MetricDescription("wardline_streams", "Streams that are open; answered at once is never one."),
    MetricDescription("wardline_handlers", "Handlers that run, with or without an open stream."),
    MetricDescription("wardline_frames_total", "Frames, by direction."),
    MetricDescription("wardline_bytes_total", "Bytes of frames with their headers, by direction."),
    MetricDescription(
      "wardline_write_queue_bytes",
      "Bytes that waited for a peer after each write.",
      buckets: PrometheusRegistry.sizes
    ),
    MetricDescription(
      "wardline_window_stalls_total",
      "Messages that waited because the peer had not granted enough."
    ),
    MetricDescription("wardline_violations_total", "Frames against the protocol."),
    MetricDescription("wardline_limit_reached_total", "Refusals because of a limit, by limit."),
  ]

  private static let grpc = [
    MetricDescription("wardline_grpc_connections", "Connections of gRPC that are open."),
    MetricDescription("wardline_grpc_connections_total", "Connections of gRPC that were accepted."),
    MetricDescription("wardline_grpc_streams", "Calls over gRPC that are open."),
    MetricDescription(
      "wardline_grpc_window_stalls_total",
      "Streams of gRPC that waited because the peer had not granted enough."
    ),
    MetricDescription(
      "wardline_grpc_limit_reached_total",
      "Refusals over gRPC because of a limit, by limit."
    ),
  ]

  private static let http = [
    MetricDescription(
      "wardline_http_requests_total",
      "Requests over HTTP, by route, method and class of status."
    ),
    MetricDescription(
      "wardline_http_request_seconds",
      "Time from the header of a request to the header of its answer, by route and method.",
      // There are many routes, and whoever waits for one is a person.
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
    ),
    MetricDescription("wardline_http_connections", "Connections of HTTP that are open."),
    MetricDescription("wardline_http_connections_total", "Connections of HTTP that were accepted."),
    MetricDescription("wardline_http_event_streams", "Event streams that are open, by kind."),
    MetricDescription(
      "wardline_http_limit_reached_total",
      "Refusals over HTTP because of a limit, by limit."
    ),
  ]

  private static let storage = [
    MetricDescription("wardline_search_lag_events", "Events that the search index does not have."),
    MetricDescription("wardline_search_lag_seconds", "Age of the oldest event it does not have."),
    MetricDescription("wardline_search_failing", "1 while the search index cannot be written."),
    MetricDescription(
      "wardline_audit_reserved_records",
      "Records of the audit that wait for room on the disk."
    ),
  ]

  private static let process = [
    MetricDescription("process_resident_memory_bytes", "Memory in use."),
    MetricDescription("process_open_fds", "Open files and sockets."),
    MetricDescription("process_start_time_seconds", "When the process began, in Unix time."),
    MetricDescription("process_cpu_seconds_total", "Processor time, of all threads."),
  ]
}
