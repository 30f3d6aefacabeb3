import Logging
import Metrics
import NIOCore
import RPC

/// What all connections of a server have in common.
final class ServerShared: Sendable {
  let table: MethodTable
  let interceptors: InterceptorChain
  let configuration: ServerConfiguration
  let logger: Logger
  let metrics: EngineMetrics

  init(
    table: MethodTable,
    interceptors: [any ServerInterceptor],
    configuration: ServerConfiguration,
    metrics: any MetricsFactory,
    logger: Logger
  ) {
    self.table = table
    self.interceptors = InterceptorChain(interceptors)
    self.configuration = configuration
    self.metrics = EngineMetrics(metrics)
    self.logger = logger
  }
}
