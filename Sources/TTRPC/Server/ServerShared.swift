import Logging
import Metrics
import NIOCore
import RPC

/// What all connections of a server have in common.
final class ServerShared: Sendable {
  let table: MethodTable
  let lookup: MethodLookup
  let interceptors: InterceptorCalls
  let configuration: ServerConfiguration
  let logger: Logger
  let metrics: EngineMetrics
  private let chain: InterceptorChain

  init(
    table: MethodTable,
    interceptors: [any ServerInterceptor],
    configuration: ServerConfiguration,
    metrics: any MetricsFactory,
    logger: Logger
  ) {
    self.table = table
    lookup = table.lookup
    chain = InterceptorChain(interceptors)
    self.interceptors = chain.calls
    self.configuration = configuration
    self.metrics = EngineMetrics(metrics)
    self.logger = logger
  }
}
