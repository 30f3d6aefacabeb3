import GRPCTransport
import Logging
import Metrics
import NIOCore
import TTRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Speaks gRPC where the settings say so, with the methods and interceptors of all other listeners.
struct GRPCFace {
  let settings: ServerSettings
  let assembly: ServerAssembly
  let tls: ServerTLS?
  let identities: ConnectionIdentities
  let metrics: (any MetricsFactory)?
  let logger: Logger

  /// Starts to listen everywhere.
  ///
  /// - Returns: nil when it is to be spoken nowhere.
  /// - Throws: `SettingError` for an address that cannot be listened on.
  func start(on group: any EventLoopGroup) async throws -> GRPCServer? {
    if settings.grpc.listen.isEmpty { return nil }
    let server = try GRPCServer(
      methods: assembly.methods,
      interceptors: assembly.interceptors,
      configuration: GRPCConfiguration(settings.limits),
      metrics: metrics ?? NOOPMetricsHandler.instance,
      on: group,
      logger: logger
    )
    do {
      for address in settings.grpc.listen { try await listen(server, on: address) }
    } catch {
      await server.shutdown()
      throw error
    }
    return server
  }

  private func listen(_ server: GRPCServer, on address: ServiceAddress) async throws {
    var options = GRPCListenerOptions(identify: { [identities] in identities.identity(of: $0) })
    let (host, wanted): (String, Int)
    switch address {
    case .tcp(let name, let port): (host, wanted) = (name, port)
    case .tls(let name, let port):
      (host, wanted) = (name, port)
      if let tls { options.tls = { try tls.context(speaking: ["h2"]) } }
    case .unix: return
    }
    do {
      let port = try await server.listen(host: host, port: wanted, options: options)
      let bound: ServiceAddress =
        address.isEncrypted ? .tls(host: host, port: port) : .tcp(host: host, port: port)
      Terminal.print("gRPC on \(bound)")
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw SettingError("cannot listen on \(address): \(reason); choose another --grpc-listen")
    }
  }
}
