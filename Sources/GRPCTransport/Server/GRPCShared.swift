import Logging
import Metrics
import NIOCore
import RPC

/// What all connections of a server have in common.
final class GRPCShared: Sendable {
  let table: MethodTable
  let lookup: MethodLookup
  let interceptors: InterceptorCalls
  let configuration: GRPCConfiguration
  let logger: Logger
  let metrics: GRPCMetrics
  private let chain: InterceptorChain

  init(
    table: MethodTable,
    interceptors: [any ServerInterceptor],
    configuration: GRPCConfiguration,
    metrics: any MetricsFactory,
    logger: Logger
  ) {
    self.table = table
    lookup = table.lookup
    chain = InterceptorChain(interceptors)
    self.interceptors = chain.calls
    self.configuration = configuration
    self.metrics = GRPCMetrics(metrics)
    self.logger = logger
  }
}
